//! The documents name files, tests and examples that exist.

use std::{fs, path::Path};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// README, changelog and all of `docs`.
fn documents() -> Vec<String> {
    let mut names = vec!["README.md".to_owned(), "CHANGELOG.md".to_owned()];
    for entry in fs::read_dir(root().join("docs")).expect("docs") {
        let name = entry.expect("an entry of docs").file_name();
        names.push(format!("docs/{}", name.to_str().expect("UTF-8")));
    }
    names
}

/// The lines of a document that are not code.
fn prose(text: &str) -> String {
    let (mut code, mut lines) = (false, Vec::new());
    for line in text.lines() {
        match line.starts_with("```") {
            true => code = !code,
            false if !code => lines.push(line),
            false => {}
        }
    }
    lines.join("\n")
}

/// The lines of the first code block of that language, those that rustdoc hides left out.
fn first_code(text: &str, language: &str) -> Vec<String> {
    text.lines()
        .skip_while(|line| *line != format!("```{language}"))
        .skip(1)
        .take_while(|line| *line != "```")
        .filter(|line| !line.starts_with("# "))
        .map(str::to_owned)
        .collect()
}

/// What stands between backquotes.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// The rows of the tables below a heading, as cells.
fn rows(document: &str, heading: &str) -> Vec<Vec<String>> {
    let text = read(document);
    let part = text
        .split_once(heading)
        .unwrap_or_else(|| panic!("{document} has no {heading}"))
        .1;
    part.lines()
        .take_while(|line| !line.starts_with('#'))
        .filter_map(|line| line.strip_prefix("| "))
        .map(|line| {
            let cells = line.trim_end_matches('|').split(" | ");
            cells.map(|cell| cell.trim().to_owned()).collect()
        })
        .collect()
}

#[test]
fn every_relative_link_leads_to_a_file() {
    let mut count = 0;
    for document in documents() {
        let text = prose(&read(&document));
        let folder = root().join(&document);
        let folder = folder.parent().expect("a folder");
        for link in text.split("](").skip(1) {
            let link = link.split(')').next().expect("a first part");
            let path = link.split('#').next().expect("a first part");
            // Links of rustdoc name items, not files.
            if path.is_empty() || path.contains("://") || !path.contains(['.', '/', '-']) {
                continue;
            }
            count += 1;
            assert!(folder.join(path).exists(), "{document}: no {path}");
        }
    }
    assert!(count > 10, "only {count} links were found");
}

#[test]
fn every_link_inside_a_page_leads_to_a_heading() {
    for document in documents() {
        let text = prose(&read(&document));
        let headings: Vec<String> = text
            .lines()
            .filter(|line| line.starts_with('#'))
            .map(|line| {
                let title = line.trim_start_matches('#').trim().to_lowercase();
                let kept = title
                    .chars()
                    .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
                kept.collect::<String>().replace(' ', "-")
            })
            .collect();
        for link in text.split("](#").skip(1) {
            let link = link.split(')').next().expect("a first part");
            assert!(
                headings.iter().any(|it| it == link),
                "{document}: no #{link}"
            );
        }
    }
}

#[test]
fn source_files_that_documents_name_exist() {
    for document in [
        "docs/ARCHITECTURE.md",
        "docs/ADDING_A_PLUGIN.md",
        "docs/DESIGN.md",
    ] {
        let text = prose(&read(document));
        let files = quoted(&text)
            .into_iter()
            .filter(|name| name.starts_with("src/"));
        for name in files.filter(|name| !name.contains('<')) {
            assert!(root().join(name).exists(), "{document}: there is no {name}");
        }
    }
}

#[test]
fn every_rule_and_error_of_reattachment_names_tests_that_exist() {
    assert_rules("docs/REATTACHMENT.md", 'A', 11);
}

#[test]
fn every_rule_of_reconnecting_names_tests_that_exist() {
    assert_rules("docs/RECONNECTING.md", 'R', 16);
}

#[track_caller]
fn assert_rules(document: &str, letter: char, rules: usize) {
    let rows = rows(document, "\n# What shows it\n");
    for rule in 1..=rules {
        let rule = format!("{letter}{rule}");
        assert!(rows.iter().any(|row| row[0] == rule), "no row for {rule}");
    }
    let mut count = 0;
    for row in rows {
        let (shown, rest) = row.split_last().expect("a cell");
        if rest[0].starts_with("---") || shown == "test" {
            continue;
        }
        let names = quoted(shown);
        assert!(!names.is_empty(), "{rest:?}: no test is named");
        let mut file = String::new();
        for name in names {
            if name.ends_with(".rs") {
                file = read(name);
                continue;
            }
            count += 1;
            let (test, named) = (format!("fn {name}()"), !file.is_empty());
            assert!(named && file.contains(&test), "{rest:?}: no test {name}");
        }
    }
    assert!(count >= 20, "only {count} tests are named");
}

#[test]
fn the_readmes_commands_run_what_exists() {
    let text = read("README.md");
    let mut examples = 0;
    for part in text.split("--example ").skip(1) {
        let name = part.split_whitespace().next().expect("a name");
        let places = [
            format!("examples/{name}.rs"),
            format!("examples/{name}/main.rs"),
        ];
        let found = places.iter().any(|place| root().join(place).exists());
        assert!(found, "no example {name}");
        examples += 1;
    }
    assert!(examples >= 3, "only {examples} examples are named");
    for name in ["tests/run", "tests/debian", "tests/msrv", ".ci/run"] {
        assert!(root().join(name).exists(), "no {name}");
    }
    assert!(text.contains("\ntests/run\n"));
}

#[test]
fn the_readmes_first_program_is_the_guides() {
    let readme = first_code(&read("README.md"), "rust");
    let guide = first_code(&read("docs/GUIDE.md"), "rust");
    assert_eq!(readme, guide);
    assert!(readme.len() <= 10);
}

#[test]
fn no_code_block_is_left_unchecked() {
    for document in documents() {
        for line in read(&document).lines() {
            let language = line.strip_prefix("```").unwrap_or("text");
            assert!(
                ["", "rust", "text", "sh", "toml"].contains(&language),
                "{document}: {line}"
            );
        }
    }
}
