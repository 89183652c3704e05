//! The modules of the crate use each other in one direction: a floor uses what is below it.
//!
//! It reads the text of every file: `use crate::..`, and paths that begin with `crate::`. A name that
//! the crate's root re-exports counts as the module that it comes from.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// From the top down. Modules of one floor do not use each other.
const FLOORS: [&[&str]; 11] = [
    &["testing"],
    &["admin", "monitor", "webrtc"],
    &["plugin"],
    &["client"],
    &["engine"],
    &["config"],
    &["router", "transport"],
    &["auth", "wire"],
    &["error", "logging"],
    &["id", "random", "redact"],
    &["sync"],
];

/// What runs up nevertheless: module, the one that it uses, and why.
const EXCEPTIONS: [(&str, &str, &str); 1] = [(
    "client",
    "plugin",
    "`Session::attach::<P>()` makes plugins, which hold handles",
)];

/// Outside of the crate these could be had too, so `testing` may use them.
const PUBLIC: &[&str] = &[
    "admin",
    "auth",
    "error",
    "plugin",
    "reattachment",
    "serde_json",
    "transport",
];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// Without comments. Texts in quotes stay, and do not matter.
fn code(text: &str) -> String {
    let lines = text.lines();
    let code = lines.map(|line| {
        if line.trim_start().starts_with("//") {
            ""
        } else {
            line
        }
    });
    code.collect::<Vec<_>>().join("\n")
}

/// The paths in a `use` tree, which may have braces: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn paths(tree: &str, prefix: &str, found: &mut Vec<String>) {
    let (mut depth, mut begin) = (0, 0);
    let mut parts = Vec::new();
    for (at, letter) in tree.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&tree[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&tree[begin..]);
    for part in parts
        .into_iter()
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        match part.split_once('{') {
            Some((outer, inner)) => {
                let inner = inner.trim_end().trim_end_matches('}');
                paths(inner, &format!("{prefix}{outer}"), found);
            }
            None => found.push(format!("{prefix}{part}")),
        }
    }
}

/// Each path below `crate::`, and the line on which it is, or begins.
fn uses(text: &str) -> Vec<(usize, String)> {
    let text = code(text);
    let mut found = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        if text[..at].ends_with(|letter: char| letter.is_alphanumeric() || letter == '_') {
            continue;
        }
        let line = text[..at].lines().count().max(1);
        let rest = &text[at + "crate::".len()..];
        let mut all = Vec::new();
        if rest.starts_with('{') {
            let end = rest.find(';').expect("the end of `use`");
            paths(rest[1..end].trim_end().trim_end_matches('}'), "", &mut all);
        } else {
            let end = rest.find(|letter: char| !letter.is_alphanumeric() && !"_:".contains(letter));
            all.push(rest[..end.unwrap_or(rest.len())].to_owned());
        }
        found.extend(all.into_iter().map(|path| (line, path)));
    }
    found
}

/// What the crate's root re-exports, to everybody or to the crate only, and of which module.
fn root_names(keyword: &str) -> BTreeMap<String, String> {
    let text = code(&fs::read_to_string(source().join("lib.rs")).expect("the crate's root"));
    let mut names = BTreeMap::new();
    for part in text.split(keyword).skip(1) {
        let mut all = Vec::new();
        paths(&part[..part.find(';').expect("an end")], "", &mut all);
        for path in all {
            let path = path
                .trim_start_matches("crate::")
                .trim_end_matches("::self");
            let (module, name) = path.split_once("::").unwrap_or(("", path));
            let name = name.rsplit("::").next().expect("a name");
            names.insert(name.to_owned(), module.to_owned());
        }
    }
    names
}

/// The modules of the crate that others have been found to use, with the places.
fn arrows() -> Vec<(String, String, String)> {
    let root_names = root_names(" use ");
    let mut all = Vec::new();
    files(&source(), &mut all);
    let mut arrows = Vec::new();
    for file in all {
        let relative = file
            .strip_prefix(source())
            .expect("below")
            .to_str()
            .expect("UTF-8");
        let module = relative
            .split(['/', '.'])
            .next()
            .expect("a first part")
            .to_owned();
        // Tests may use everything, and a model checker's scenarios are tests.
        // Programs are crates of their own.
        if ["lib", "bin"].contains(&&*module)
            || relative.ends_with("tests.rs")
            || relative.contains("model")
        {
            continue;
        }
        let text = fs::read_to_string(&file).expect("text");
        let text = text
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .expect("a first part");
        for (line, path) in uses(text) {
            let first = path.split("::").next().expect("a first part");
            let target = root_names.get(first).map_or(first, String::as_str);
            if target != module && !target.is_empty() {
                arrows.push((
                    module.clone(),
                    target.to_owned(),
                    format!("src/{relative}:{line}: {path}"),
                ));
            }
        }
    }
    arrows
}

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

#[test]
fn every_module_is_on_a_floor() {
    let text = code(&fs::read_to_string(source().join("lib.rs")).expect("the crate's root"));
    let modules = text.lines().filter_map(|line| {
        let line = line.trim_start_matches("pub ").strip_prefix("mod ")?;
        line.strip_suffix(';')
    });
    for module in modules.filter(|module| *module != "fuzzing") {
        assert!(floor(module).is_some(), "no floor has `{module}`");
    }
}

#[test]
fn arrows_go_down() {
    let is_allowed = |from: &str, to: &str| {
        EXCEPTIONS
            .iter()
            .any(|(above, below, _)| (*above, *below) == (from, to))
    };
    let mut wrong = Vec::new();
    let mut used = BTreeSet::new();
    for (from, to, place) in arrows() {
        let (Some(above), Some(below)) = (floor(&from), floor(&to)) else {
            if !["crossbeam_channel", "serde_json", "tls"].contains(&&*to) {
                wrong.push(format!("{place}: `{to}` is on no floor"));
            }
            continue;
        };
        if above < below {
            continue;
        }
        if is_allowed(&from, &to) {
            used.insert((from, to));
        } else {
            wrong.push(format!("{place}: `{from}` must not use `{to}`"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} arrows run up:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    // An exception that nobody needs any more goes.
    assert_eq!(used.len(), EXCEPTIONS.len(), "{used:?}");
}

#[test]
fn the_fake_gateway_uses_public_items_only() {
    let root_names = root_names("pub use ");
    let is_public = |path: &str| {
        let first = path.split("::").next().expect("a first part");
        first == "testing" || root_names.contains_key(first) || PUBLIC.contains(&first)
    };
    let mut all = Vec::new();
    files(&source().join("testing"), &mut all);
    for file in all {
        let text = fs::read_to_string(&file).expect("text");
        for (line, path) in uses(&text) {
            assert!(is_public(&path), "{}:{line}: {path}", file.display());
        }
    }
}

#[test]
fn trees_of_use_are_taken_apart() {
    let text =
        "use crate::{\n    A, b::{C, d::E},\n};\nfn f() { crate::g::h() } // crate::x\n// crate::y";
    let found: Vec<_> = uses(text).into_iter().map(|(_, path)| path).collect();
    assert_eq!(found, ["A", "b::C", "b::d::E", "g::h", "x"]);
}
