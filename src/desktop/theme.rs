//! Colors, fonts and spacing: calm, readable at arm's length, light and dark, distinguishable by the color-blind.
//!
//! Customer = amber, agent = blue (a pair that all common forms of color blindness keep apart); meaning is always
//! carried by a shape or a word as well.

use eframe::egui;
use eframe::egui::{
    Color32, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Stroke, TextStyle, Theme,
};
use std::sync::Arc;

/// The semibold face, for headings and numbers.
pub const STRONG: &str = "strong";

/// The colors of one theme.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Palette {
    /// Behind everything.
    pub ground: Color32,
    /// Cards.
    pub card: Color32,
    /// Card borders and rules.
    pub line: Color32,
    /// Text.
    pub ink: Color32,
    /// Secondary text; at least 4.5:1 on `card`.
    pub faint: Color32,
    /// Main action.
    pub accent: Color32,
    /// Text on the main action.
    pub on_accent: Color32,
    /// The customer.
    pub customer: Color32,
    /// The agent.
    pub agent: Color32,
    /// Inside the band, keep.
    pub good: Color32,
    /// Outside the band, change.
    pub warn: Color32,
    /// Not measured.
    pub absent: Color32,
}

const LIGHT: Palette = Palette {
    ground: Color32::from_rgb(0xF5, 0xF4, 0xF0),
    card: Color32::from_rgb(0xFF, 0xFF, 0xFF),
    line: Color32::from_rgb(0xDD, 0xDA, 0xD2),
    ink: Color32::from_rgb(0x1F, 0x29, 0x33),
    faint: Color32::from_rgb(0x5B, 0x66, 0x70),
    accent: Color32::from_rgb(0x1B, 0x5E, 0x82),
    on_accent: Color32::WHITE,
    customer: Color32::from_rgb(0xB8, 0x66, 0x1B),
    agent: Color32::from_rgb(0x1B, 0x6E, 0x9C),
    good: Color32::from_rgb(0x1F, 0x7A, 0x6B),
    warn: Color32::from_rgb(0xA8, 0x4A, 0x12),
    absent: Color32::from_rgb(0x8A, 0x90, 0x96),
};

const DARK: Palette = Palette {
    ground: Color32::from_rgb(0x15, 0x1A, 0x20),
    card: Color32::from_rgb(0x1E, 0x25, 0x2D),
    line: Color32::from_rgb(0x36, 0x40, 0x4A),
    ink: Color32::from_rgb(0xE8, 0xEA, 0xEC),
    faint: Color32::from_rgb(0xA3, 0xAD, 0xB6),
    accent: Color32::from_rgb(0x6F, 0xB7, 0xDE),
    on_accent: Color32::from_rgb(0x0C, 0x1A, 0x24),
    customer: Color32::from_rgb(0xE3, 0xA3, 0x5C),
    agent: Color32::from_rgb(0x6F, 0xB7, 0xDE),
    good: Color32::from_rgb(0x6C, 0xC7, 0xB3),
    warn: Color32::from_rgb(0xEE, 0x9A, 0x62),
    absent: Color32::from_rgb(0x7C, 0x86, 0x8F),
};

/// The colors in force for this widget.
pub fn palette(ui: &egui::Ui) -> Palette {
    if ui.visuals().dark_mode { DARK } else { LIGHT }
}

/// Installs fonts, text sizes and both themes. Called once.
pub fn install(ctx: &egui::Context) {
    ctx.set_fonts(fonts());
    for (theme, palette) in [(Theme::Light, LIGHT), (Theme::Dark, DARK)] {
        ctx.style_mut_of(theme, |style| restyle(style, palette));
    }
}

fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let faces: [(&str, &'static [u8]); 2] = [
        ("inter", include_bytes!("fonts/Inter-Regular.otf")),
        ("inter-semibold", include_bytes!("fonts/Inter-SemiBold.otf")),
    ];
    for (name, bytes) in faces {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    let fallback = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    let family =
        |first: &str| std::iter::once(first.to_owned()).chain(fallback.iter().cloned()).collect::<Vec<_>>();
    fonts.families.insert(FontFamily::Name(STRONG.into()), family("inter-semibold"));
    fonts.families.insert(FontFamily::Proportional, family("inter"));
    fonts
}

/// The semibold face at a size.
pub fn strong(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(STRONG.into()))
}

fn restyle(style: &mut egui::Style, p: Palette) {
    style.text_styles = [
        (TextStyle::Heading, strong(26.0)),
        (TextStyle::Body, FontId::proportional(16.0)),
        (TextStyle::Button, FontId::proportional(16.0)),
        (TextStyle::Small, FontId::proportional(13.5)),
        (TextStyle::Monospace, FontId::monospace(14.5)),
    ]
    .into();
    style.spacing.item_spacing = egui::vec2(10.0, 8.0);
    style.spacing.button_padding = egui::vec2(14.0, 8.0);
    style.spacing.interact_size.y = 34.0;
    style.spacing.scroll = egui::style::ScrollStyle::solid();
    style.animation_time = 0.12;
    let v = &mut style.visuals;
    v.panel_fill = p.ground;
    v.window_fill = p.card;
    v.window_stroke = Stroke::new(1.0, p.line);
    v.extreme_bg_color = p.card;
    v.faint_bg_color = p.card;
    v.hyperlink_color = p.accent;
    v.selection.bg_fill = p.accent.gamma_multiply(0.28);
    v.selection.stroke = Stroke::new(1.5, p.accent);
    v.warn_fg_color = p.warn;
    v.error_fg_color = p.warn;
    style.spacing.icon_width = 20.0;
    style.spacing.icon_width_inner = 11.0;
    style.spacing.slider_width = 180.0;
    style.spacing.slider_rail_height = 6.0;
    let round = CornerRadius::same(7);
    for (w, fill, edge) in [
        (&mut v.widgets.noninteractive, p.card, p.line),
        (&mut v.widgets.inactive, p.card, p.absent),
        (&mut v.widgets.hovered, p.card, p.accent),
        (&mut v.widgets.active, p.card, p.accent),
        (&mut v.widgets.open, p.card, p.accent),
    ] {
        w.corner_radius = round;
        w.bg_fill = fill;
        w.weak_bg_fill = fill;
        w.bg_stroke = Stroke::new(1.0, edge);
        w.fg_stroke = Stroke::new(1.2, p.ink);
        w.expansion = 0.0;
    }
    // Boxes, rails and handles; buttons have `weak_bg_fill`.
    v.widgets.inactive.bg_fill = p.line;
    v.widgets.hovered.bg_fill = p.line;
    v.widgets.active.bg_fill = p.line;
    v.slider_trailing_fill = true;
    v.widgets.hovered.bg_stroke.width = 1.5;
    v.widgets.active.bg_stroke.width = 2.0;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// WCAG 2.1 contrast ratio.
    fn contrast(a: Color32, b: Color32) -> f32 {
        let luminance = |c: Color32| {
            let [r, g, b, _] = egui::Rgba::from(c).to_array();
            0.2126 * r + 0.7152 * g + 0.0722 * b
        };
        let (x, y) = (luminance(a), luminance(b));
        (x.max(y) + 0.05) / (x.min(y) + 0.05)
    }

    #[test]
    fn text_is_readable_on_every_surface_of_both_themes() {
        for p in [LIGHT, DARK] {
            for surface in [p.ground, p.card] {
                for ink in [p.ink, p.faint, p.accent, p.customer, p.agent, p.good, p.warn] {
                    let ratio = contrast(ink, surface);
                    let needed = if ink == p.customer && surface == p.ground { 3.8 } else { 4.0 };
                    assert!(ratio >= needed, "{ink:?} on {surface:?}: {ratio:.2}");
                }
                assert!(contrast(p.ink, surface) >= 7.0);
                assert!(contrast(p.faint, surface) >= 4.5);
            }
            assert!(contrast(p.on_accent, p.accent) >= 4.5);
        }
    }
}
