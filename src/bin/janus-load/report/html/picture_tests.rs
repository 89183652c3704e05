//! What a browser shows of a page.

use std::{
    env, fs,
    fs::File,
    io::BufReader,
    path::Path,
    process::{Command, Stdio},
};

use common::temp_dir::TempDir;

use super::{super::sample::showcase, plot::Plot, *};

/// Pixels of a picture, three bytes each.
struct Picture {
    width: usize,
    pixels: Vec<[u8; 3]>,
}

/// A part of a picture: left, top, right and bottom, all inside of it.
type Area = (usize, usize, usize, usize);

impl Picture {
    /// Of a page, as wide as that, in a headless Chromium. `PICTURES` names a folder in which both
    /// are kept, for people.
    fn of(page: &str, name: &str, (width, height): (usize, usize)) -> Self {
        let folder = TempDir::new("picture");
        let kept = env::var_os("PICTURES").map_or_else(|| folder.path().to_owned(), Into::into);
        let [html, png] = ["html", "png"].map(|end| kept.join(format!("{name}.{end}")));
        fs::write(&html, page).expect("a page");
        let mut chromium = Command::new("chromium");
        // Its sandbox does not want root, which tests/run may be; the page is our own.
        chromium.args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
        ]);
        chromium.arg("--disable-dev-shm-usage");
        chromium.arg(format!(
            "--user-data-dir={}",
            folder.path().join("profile").display()
        ));
        chromium.arg(format!("--window-size={width},{height}"));
        chromium.arg(format!("--screenshot={}", png.display()));
        chromium.arg(&html).stdout(Stdio::null());
        let output = chromium.output().expect("chromium: run tests/run");
        let problem = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && png.exists(), "{problem}");
        let picture = Self::read(&png);
        assert_eq!(picture.pixels.len(), width * height);
        picture
    }

    fn read(path: &Path) -> Self {
        let file = BufReader::new(File::open(path).expect("a picture"));
        let mut reader = png::Decoder::new(file).read_info().expect("a PNG");
        let mut bytes = vec![0; reader.output_buffer_size().expect("a size")];
        let info = reader.next_frame(&mut bytes).expect("a whole picture");
        assert_eq!(info.bit_depth, png::BitDepth::Eight);
        let each = info.color_type.samples();
        let pixels = bytes[..info.buffer_size()].chunks_exact(each);
        Self {
            width: info.width as usize,
            pixels: pixels.map(|it| [it[0], it[1], it[2]]).collect(),
        }
    }

    /// The places inside of the frame of that colour.
    fn framed(&self, color: [u8; 3]) -> Option<Area> {
        let places = self.pixels.iter().enumerate();
        let mut places = places.filter(|(_, it)| **it == color).map(|(at, _)| at);
        let first = places.next()?;
        let place = |at: usize| (at % self.width, at / self.width);
        let (mut left, top) = place(first);
        let (mut right, mut bottom) = (left, top);
        for (x, y) in places.map(place) {
            (left, right, bottom) = (left.min(x), right.max(x), bottom.max(y));
        }
        Some((left, top, right, bottom))
    }

    /// How many columns of an area have a pixel of that colour, or one that is mostly it, as edges of
    /// lines are.
    fn columns_with(&self, (left, top, right, bottom): Area, color: [u8; 3]) -> usize {
        let contrast = color.map(|part| 255.0 - f64::from(part));
        let all: f64 = contrast.iter().sum();
        let is_like = |pixel: [u8; 3]| {
            let seen = pixel.map(|part| 255.0 - f64::from(part));
            let share = seen.iter().sum::<f64>() / all;
            let off = seen
                .iter()
                .zip(contrast)
                .map(|(seen, color)| (seen - color * share).abs());
            (0.6..1.1).contains(&share) && off.fold(0.0, f64::max) < 15.0
        };
        let has = |x: &usize| (top..bottom).any(|y| is_like(self.pixels[y * self.width + x]));
        (left..right).filter(has).count()
    }
}

/// The colour of the frame that a test draws around a figure. No plot has it.
fn frame(figure: usize) -> [u8; 3] {
    [255, 0, 100 + figure as u8]
}

/// The page, with a frame around each figure.
fn framed(page: &str) -> String {
    let mut parts = page.split("<figure>");
    let mut framed = parts.next().expect("a first part").to_owned();
    for (figure, part) in parts.enumerate() {
        let [red, green, blue] = frame(figure);
        framed += &format!("<figure style=\"border:2px solid rgb({red},{green},{blue})\">{part}");
    }
    framed
}

#[track_caller]
fn assert_visible(name: &str, size: (usize, usize)) {
    let report = showcase();
    let page = framed(&page(&report));
    let picture = Picture::of(&page, name, size);
    let plots = report.scenarios.iter().flat_map(plots::of_scenario);
    let ramp = report.ramp.as_ref().map(plots::ramp);
    let plots = plots.chain(ramp).chain([plots::usage(&report.usage)]);
    let plots: Vec<Plot> = plots.collect();
    assert_eq!(plots.len(), 9);
    let mut bottom_before = 0;
    for (figure, plot) in plots.iter().enumerate() {
        let place = format!("{name}: {figure}: {}", plot.title);
        let area = picture.framed(frame(figure)).expect(&place);
        let (left, top, right, bottom) = area;
        let (width, height) = (right - left, bottom - top);
        // As large as can be read, and wholly within the page.
        assert!(width >= 300 && height >= 200, "{place}: {area:?}");
        assert!(right < size.0 && bottom < size.1, "{place}: {area:?}");
        assert!(bottom >= bottom_before, "{place}: {area:?}");
        bottom_before = bottom;
        for line in &plot.lines {
            // Lines may lie over each other, but more of each is seen than the 17 pixels of its key.
            let color = [line.color.0, line.color.1, line.color.2];
            let columns = picture.columns_with(area, color);
            assert!(columns > 24, "{place}: {}: {columns}", line.name);
        }
        let widest = plot.lines.iter().map(|line| {
            let color = [line.color.0, line.color.1, line.color.2];
            picture.columns_with(area, color)
        });
        let widest = widest.max().unwrap_or(0);
        assert!(widest > width / 3, "{place}: {widest} of {width}");
        // Axes and their letters are dark, and the ground is light.
        let (mut dark, mut light) = (0, 0);
        for y in top..bottom {
            for pixel in &picture.pixels[y * picture.width + left..y * picture.width + right] {
                let most = pixel.iter().max().copied().unwrap_or(0);
                let least = pixel.iter().min().copied().unwrap_or(0);
                dark += usize::from(most < 110);
                light += usize::from(least > 245);
            }
        }
        assert!(dark > 150, "{place}: {dark} dark pixels");
        assert!(light > width * height / 2, "{place}: {light} light pixels");
    }
}

#[test]
#[ignore = "needs chromium: run tests/run"]
fn the_plots_are_seen_on_a_screen() {
    assert_visible("screen", (1200, 3200));
}

#[test]
#[ignore = "needs chromium: run tests/run"]
fn the_plots_are_seen_on_a_phone() {
    assert_visible("phone", (400, 5600));
}
