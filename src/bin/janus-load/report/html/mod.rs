//! A report as one page, which needs nothing else: no script, no other file, no network.

mod axis;
#[cfg(test)]
mod picture_tests;
mod plot;
mod plots;
#[cfg(test)]
mod tests;

use self::plot::Plot;
use super::{Report, doubts::doubts, facts::facts, table};

const STYLE: &str = include_str!("style.css");

/// The text of a file of `--html`.
pub fn page(report: &Report) -> String {
    let title = format!("janus-load: {}", escape(&report.setup.url));
    let mut body = format!("<h1>{title}</h1>\n");
    body += &doubted(report);
    body += "<h2>Figures</h2>\n";
    body += &table(&table::rows(report), "figures");
    for scenario in &report.scenarios {
        body += &format!("<h2>{}</h2>\n", escape(&scenario.name));
        if scenario.errors.is_empty() {
            body += "<p>No errors.</p>\n";
        } else {
            body += &table(&table::errors(scenario), "errors");
        }
        body += &figures(&plots::of_scenario(scenario));
    }
    if let Some(ramp) = &report.ramp {
        body += &format!("<h2>Ramp</h2>\n<p>{}</p>\n", escape(&table::knee(ramp)));
        body += &table(&table::steps(ramp), "steps");
        if !ramp.steps.is_empty() {
            body += &figures(&[plots::ramp(ramp)]);
        }
    }
    body += "<h2>Run</h2>\n";
    for line in table::run(report) {
        body += &format!("<p>{}</p>\n", escape(&line));
    }
    if !report.usage.is_empty() {
        body += &figures(&[plots::usage(&report.usage)]);
    }
    body += "<h2>Set-up</h2>\n";
    let facts = facts(report).into_iter();
    let facts: Vec<_> = facts.map(|(name, value)| vec![name, value]).collect();
    body += &rows(&facts, "facts", 0);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )
}

fn doubted(report: &Report) -> String {
    let doubts = doubts(report);
    if doubts.is_empty() {
        return String::new();
    }
    let doubts = doubts.iter().map(|it| format!("<p>{}</p>\n", escape(it)));
    format!(
        "<div class=\"doubts\">\n{}</div>\n",
        doubts.collect::<String>()
    )
}

fn figures(plots: &[Plot]) -> String {
    let figures: String = plots.iter().map(Plot::figure).collect();
    format!("<div class=\"plots\">\n{figures}</div>\n")
}

/// A table whose first row is its header.
fn table(cells: &[Vec<String>], class: &str) -> String {
    rows(cells, class, 1)
}

fn rows(cells: &[Vec<String>], class: &str, headers: usize) -> String {
    let mut html = format!("<div class=\"scroll\"><table class=\"{class}\">\n");
    for (at, row) in cells.iter().enumerate() {
        let tag = if at < headers { "th" } else { "td" };
        let row = row
            .iter()
            .map(|cell| format!("<{tag}>{}</{tag}>", escape(cell)));
        html += &format!("<tr>{}</tr>\n", row.collect::<String>());
    }
    html + "</table></div>\n"
}

/// Text for a page: what it says is never read as markup, inside of attributes neither.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}
