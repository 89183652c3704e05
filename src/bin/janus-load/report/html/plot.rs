//! A plot of lines, as SVG inside of a page.

use std::ops::Range;

use plotters::{
    coord::ranged1d::{KeyPointHint, NoDefaultFormatting, ValueFormatter},
    prelude::*,
};

use super::{axis::Axis, escape};

/// Colours that people who see few colours tell apart (Okabe and Ito).
pub const BLUE: RGBColor = RGBColor(0, 114, 178);
pub const ORANGE: RGBColor = RGBColor(230, 159, 0);
pub const RED: RGBColor = RGBColor(213, 94, 0);
pub const GREEN: RGBColor = RGBColor(0, 158, 115);
pub const PURPLE: RGBColor = RGBColor(204, 121, 167);
pub const SKY: RGBColor = RGBColor(86, 180, 233);
pub const GREY: RGBColor = RGBColor(150, 150, 150);

/// Units of the drawing to a pixel of the page, as plotters only knows whole ones.
const FINE: u32 = 2;
/// Pixels, for screens and for phones: there the same letters take more of the width.
const SIZES: [(&str, (u32, u32)); 2] = [("wide", (560, 300)), ("narrow", (340, 260))];
const LETTERS: u32 = 14;

pub struct Plot {
    pub title: String,
    pub x: Axis,
    pub y: Axis,
    pub lines: Vec<Line>,
}

pub struct Line {
    pub name: String,
    pub color: RGBColor,
    pub width: Width,
    /// In the measure of the axes. Nothing is drawn where there is nothing.
    pub points: Vec<(f64, Option<f64>)>,
}

/// Two lines that lie over each other are both seen if the one below is wide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    Wide,
    Thin,
}

impl Width {
    fn stroke(self) -> u32 {
        match self {
            Self::Wide => 4 * FINE,
            Self::Thin => 2 * FINE,
        }
    }
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (begin, end): (i32, i32)) -> i32 {
        let part = (value - self.from) / (self.to - self.from);
        begin + (part.clamp(0.0, 1.0) * f64::from(end - begin)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        if hint.weight().allow_light_points() {
            Vec::new()
        } else {
            self.ticks.clone()
        }
    }

    fn range(&self) -> Range<f64> {
        self.from..self.to
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, place: &f64) -> String {
        self.name(*place)
    }
}

impl Line {
    /// The stretches without a gap.
    fn stretches(&self) -> Vec<Vec<(f64, f64)>> {
        let stretches = self.points.split(|(_, y)| y.is_none());
        let whole = stretches.map(|stretch| {
            let points = stretch.iter().filter_map(|(x, y)| Some((*x, (*y)?)));
            points.collect::<Vec<_>>()
        });
        whole.filter(|stretch| !stretch.is_empty()).collect()
    }
}

impl Plot {
    /// The figure, with its legend as text of the page.
    pub fn figure(&self) -> String {
        let mut html = format!("<figure>\n<figcaption>{}", escape(&self.title));
        for line in &self.lines {
            let RGBColor(red, green, blue) = line.color;
            html += &format!(
                " <span class=\"key\"><i style=\"background:rgb({red},{green},{blue})\"></i>{}</span>",
                escape(&line.name)
            );
        }
        html += "</figcaption>\n";
        for (class, size) in SIZES {
            html += &format!(
                "<div class=\"{class}\" role=\"img\" aria-label=\"{}\">\n{}</div>\n",
                escape(&self.title),
                self.svg(size)
            );
        }
        html + "</figure>\n"
    }

    fn svg(&self, (width, height): (u32, u32)) -> String {
        let mut svg = String::new();
        // Into a text, which takes everything.
        let drawn = self.draw(&mut svg, (width * FINE, height * FINE));
        drawn.map_or_else(|problem| escape(&problem), |()| svg)
    }

    fn draw(&self, svg: &mut String, size: (u32, u32)) -> Result<(), String> {
        let (x, y) = (&self.x, &self.y);
        let area = SVGBackend::with_string(svg, size).into_drawing_area();
        let mut chart = ChartBuilder::on(&area)
            .margin_right(22 * FINE)
            .margin_top(12 * FINE)
            .x_label_area_size(42 * FINE)
            .y_label_area_size(68 * FINE)
            .build_cartesian_2d(x.clone(), y.clone())
            .map_err(|problem| problem.to_string())?;
        let letters = ("sans-serif", LETTERS * FINE)
            .into_font()
            .color(&RGBColor(68, 68, 68));
        chart
            .configure_mesh()
            .bold_line_style(RGBColor(225, 225, 225).stroke_width(FINE))
            .light_line_style(TRANSPARENT)
            .axis_style(RGBColor(130, 130, 130).stroke_width(FINE))
            .label_style(letters.clone())
            .axis_desc_style(letters)
            .x_desc(x.title)
            .y_desc(y.title)
            .draw()
            .map_err(|problem| problem.to_string())?;
        for line in &self.lines {
            for stretch in line.stretches() {
                let drawn = match stretch[..] {
                    // A line of one point would not be seen.
                    [point] => {
                        chart.draw_series([Circle::new(point, 2 * FINE, line.color.filled())])
                    }
                    _ => chart.draw_series(LineSeries::new(
                        stretch,
                        line.color.stroke_width(line.width.stroke()),
                    )),
                };
                drawn.map_err(|problem| problem.to_string())?;
            }
        }
        area.present().map_err(|problem| problem.to_string())
    }
}
