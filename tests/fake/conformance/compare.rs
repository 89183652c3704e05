//! Two records side by side.

use std::fmt::Write;

/// The lines that are only in one of two records: those of the first, those of the second.
pub fn only_in_one<'a>(old: &'a [String], new: &'a [String]) -> (Vec<&'a str>, Vec<&'a str>) {
    let pairs = common(old, new);
    let lines = |record: &'a [String], common: Vec<usize>| {
        let lines = record.iter().enumerate();
        let own = lines.filter(|(at, _)| !common.contains(at));
        own.map(|(_, line)| line.as_str()).collect()
    };
    let (of_old, of_new) = pairs.into_iter().unzip();
    (lines(old, of_old), lines(new, of_new))
}

/// Both records as one text: `-` before what only the first has, `+` before the second's.
pub fn difference(first: &[String], second: &[String]) -> String {
    let mut text = String::new();
    let (mut left, mut right) = (0, 0);
    let ends = [(first.len(), second.len())];
    for (next_left, next_right) in common(first, second).into_iter().chain(ends) {
        let own = first[left..next_left].iter().map(|line| ('-', line));
        let others = second[right..next_right].iter().map(|line| ('+', line));
        let both = first.get(next_left).map(|line| (' ', line));
        for (sign, line) in own.chain(others).chain(both) {
            // Writing into a String cannot fail.
            let _ = writeln!(text, "    {sign} {line}");
        }
        (left, right) = (next_left + 1, next_right + 1);
    }
    text
}

/// The places of the lines that both have, in order: as many as there can be.
fn common(first: &[String], second: &[String]) -> Vec<(usize, usize)> {
    let mut lengths = vec![vec![0_usize; second.len() + 1]; first.len() + 1];
    for left in (0..first.len()).rev() {
        for right in (0..second.len()).rev() {
            lengths[left][right] = if first[left] == second[right] {
                lengths[left + 1][right + 1] + 1
            } else {
                lengths[left + 1][right].max(lengths[left][right + 1])
            };
        }
    }
    let (mut left, mut right) = (0, 0);
    let mut pairs = Vec::new();
    while left < first.len() && right < second.len() {
        if first[left] == second[right] {
            pairs.push((left, right));
            (left, right) = (left + 1, right + 1);
        } else if lengths[left + 1][right] >= lengths[left][right + 1] {
            left += 1;
        } else {
            right += 1;
        }
    }
    pairs
}
