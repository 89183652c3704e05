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
        if line.starts_with("```") {
            code = !code;
        } else if !code {
            lines.push(line);
        }
    }
    lines.join("\n")
}

/// The blocks of Rust, without the lines that rustdoc hides.
fn programs(text: &str) -> Vec<String> {
    let blocks = text.split("```rust\n").skip(1);
    let code = blocks.map(|block| block.split("```").next().expect("a first part"));
    let shown = code.map(|code| code.lines().filter(|line| !line.starts_with("# ")));
    shown
        .map(|lines| lines.collect::<Vec<_>>().join("\n"))
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
    let commands = text.split("--example ").skip(1);
    let commands = commands.map(|part| part.split([' ', '`', '\n']).next().expect("a name"));
    let table = rows("README.md", "\n## Examples\n");
    let table = table.iter().flat_map(|row| quoted(&row[0]));
    for name in commands.chain(table.filter(|name| !name.starts_with('-'))) {
        let places = [
            format!("examples/{name}.rs"),
            format!("examples/{name}/main.rs"),
        ];
        let found = places.iter().any(|place| root().join(place).exists());
        assert!(found, "no example {name}");
        examples += 1;
    }
    assert!(examples >= 10, "only {examples} examples are named");
    for name in [
        "tests/run",
        "tests/boards",
        "tests/debian",
        "tests/msrv",
        ".ci/run",
    ] {
        assert!(root().join(name).exists(), "no {name}");
    }
    assert!(text.contains("\ntests/run\n"));
}

/// Cargo compiles the example, and rustdoc what the guide shows.
#[test]
fn the_readmes_programs_are_those_of_the_guide_and_of_an_example() {
    let readme = programs(&read("README.md"));
    let guide = programs(&read("docs/GUIDE.md"));
    assert_eq!(readme.len(), 2, "{readme:#?}");
    for program in &readme {
        assert!(guide.contains(program), "not in the guide: {program}");
    }
    assert_eq!(readme[0], guide[0]);
    let example = read("examples/first_program.rs");
    let (_, code) = example.split_once("\n\n").expect("an empty line");
    assert_eq!(readme[0], code.trim_end());
    let lines = code.lines().filter(|line| !line.is_empty());
    assert!(lines.count() <= 12);
}

#[test]
fn the_readme_begins_with_what_it_is_a_whole_program_and_how_to_add_it() {
    let readme = read("README.md");
    let first: Vec<&str> = readme.lines().take(40).collect();
    for line in ["cargo add janus-blocking", "fn main() {", "}"] {
        assert!(first.contains(&line), "{line}");
    }
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
