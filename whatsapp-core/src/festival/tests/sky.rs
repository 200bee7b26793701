//! Positions of sun and moon: Meeus, Astronomical Algorithms, chapters 25 and 47, to a hundredth of
//! a degree. Instants are Julian days of Universal Time, angles are degrees.

/// Daily motion of the moon away from the sun, of the sun along the sky, and of the moon.
const PHASE_A_DAY: f64 = 360.0 / 29.530_588_9;
const SUN_A_DAY: f64 = 360.0 / 365.242_19;
const MOON_A_DAY: f64 = 360.0 / 27.321_58;

/// Number of days by which Earth's rotation lags behind uniform time.
const DELTA_T: f64 = 74.0 / 86_400.0;

/// The moon's longitude, chapter 47: multiples of D, M, M' and F, and the coefficient of the sine.
const MOON: [(f64, f64, f64, f64, f64); 24] = [
    (0.0, 0.0, 1.0, 0.0, 6.288_774),
    (2.0, 0.0, -1.0, 0.0, 1.274_027),
    (2.0, 0.0, 0.0, 0.0, 0.658_314),
    (0.0, 0.0, 2.0, 0.0, 0.213_618),
    (0.0, 1.0, 0.0, 0.0, -0.185_116),
    (0.0, 0.0, 0.0, 2.0, -0.114_332),
    (2.0, 0.0, -2.0, 0.0, 0.058_793),
    (2.0, -1.0, -1.0, 0.0, 0.057_066),
    (2.0, 0.0, 1.0, 0.0, 0.053_322),
    (2.0, -1.0, 0.0, 0.0, 0.045_758),
    (0.0, 1.0, -1.0, 0.0, -0.040_923),
    (1.0, 0.0, 0.0, 0.0, -0.034_720),
    (0.0, 1.0, 1.0, 0.0, -0.030_383),
    (2.0, 0.0, 0.0, -2.0, 0.015_327),
    (0.0, 0.0, 1.0, 2.0, -0.012_528),
    (0.0, 0.0, 1.0, -2.0, 0.010_980),
    (4.0, 0.0, -1.0, 0.0, 0.010_675),
    (0.0, 0.0, 3.0, 0.0, 0.010_034),
    (4.0, 0.0, -2.0, 0.0, 0.008_548),
    (2.0, 1.0, -1.0, 0.0, -0.007_888),
    (2.0, 1.0, 0.0, 0.0, -0.006_766),
    (1.0, 0.0, -1.0, 0.0, -0.005_163),
    (1.0, 1.0, 0.0, 0.0, 0.004_987),
    (2.0, -1.0, 1.0, 0.0, 0.004_036),
];

/// Centuries since the beginning of 2000.
fn centuries(at: f64) -> f64 {
    (at + DELTA_T - 2_451_545.0) / 36_525.0
}

/// The sun's longitude from the equinox.
pub(super) fn sun(at: f64) -> f64 {
    let t = centuries(at);
    let anomaly = (357.529_11 + 35_999.050_29 * t).to_radians();
    let centre = (1.914_602 - 0.004_817 * t) * anomaly.sin()
        + 0.019_993 * (2.0 * anomaly).sin()
        + 0.000_289 * (3.0 * anomaly).sin();
    (280.466_46 + 36_000.769_83 * t + centre).rem_euclid(360.0)
}

/// The moon's longitude from the equinox.
pub(super) fn moon(at: f64) -> f64 {
    let t = centuries(at);
    let mean = 218.316_447_7 + 481_267.881_234_21 * t;
    let d = 297.850_192_1 + 445_267.111_403_4 * t;
    let m = 357.529_109_2 + 35_999.050_290_9 * t;
    let own = 134.963_396_4 + 477_198.867_505_5 * t;
    let f = 93.272_095_0 + 483_202.017_523_3 * t;
    let terms = MOON
        .iter()
        .map(|(a, b, c, e, size)| size * (a * d + b * m + c * own + e * f).to_radians().sin());
    (mean + terms.sum::<f64>()).rem_euclid(360.0)
}

/// Distance of the equinox from the first point of the sidereal zodiac (Lahiri).
fn ayanamsa(at: f64) -> f64 {
    23.853 + 1.397 * centuries(at)
}

/// The sun's longitude in the sidereal zodiac.
pub(super) fn sidereal_sun(at: f64) -> f64 {
    (sun(at) - ayanamsa(at)).rem_euclid(360.0)
}

/// The instant near `at` at which the moon is this number of degrees ahead of the sun.
pub(super) fn phase_near(at: f64, degrees: f64) -> f64 {
    near(at, degrees, PHASE_A_DAY, |at| moon(at) - sun(at))
}

/// The instant near `at` at which the sun has a longitude in the sidereal zodiac.
pub(super) fn sun_near(at: f64, degrees: f64) -> f64 {
    near(at, degrees, SUN_A_DAY, sidereal_sun)
}

/// The instant near `at` at which the moon has a longitude in the sidereal zodiac.
pub(super) fn moon_near(at: f64, degrees: f64) -> f64 {
    near(at, degrees, MOON_A_DAY, |at| moon(at) - ayanamsa(at))
}

/// Number of degrees that the moon is ahead of the sun.
pub(super) fn phase(at: f64) -> f64 {
    (moon(at) - sun(at)).rem_euclid(360.0)
}

fn near(at: f64, degrees: f64, a_day: f64, angle: impl Fn(f64) -> f64) -> f64 {
    (0..20).fold(at, |at, _| {
        let missing = (degrees - angle(at) + 180.0).rem_euclid(360.0) - 180.0;
        at + missing / a_day
    })
}

/// The examples of the book, 25.a and 47.a, and instants of the almanacs.
#[test]
fn sun_and_moon_stand_where_the_book_has_them() {
    assert!((sun(2_448_908.5 - DELTA_T) - 199.909_88).abs() < 0.01);
    assert!((moon(2_448_724.5 - DELTA_T) - 133.162_655).abs() < 0.01);
    // The equinox of 2026-03-20 14:46, the new moon of 2026-08-12 17:37, the full moon of
    // 2026-03-03 11:38.
    assert!((sun(2_461_120.115) - 360.0).abs().min(sun(2_461_120.115)) < 0.02);
    assert!((phase_near(2_461_260.0, 0.0) - 2_461_265.234).abs() < 0.01);
    assert!((phase_near(2_461_100.0, 180.0) - 2_461_102.985).abs() < 0.01);
}
