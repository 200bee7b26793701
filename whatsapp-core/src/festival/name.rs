//! The festivals whose dates are known, and the names that people use for them.

use unicode_normalization::UnicodeNormalization as _;

use crate::word::words;

words! {
    /// A festival for which shops greet their customers, and whose dates are known.
    ///
    /// ```
    /// use whatsapp_core::festival::Festival;
    ///
    /// assert_eq!("diwali".parse(), Ok(Festival::Diwali));
    /// assert_eq!(Festival::Diwali.label(), "Diwali");
    /// assert_eq!(Festival::named("Happy Deepavali 2026!"), [Festival::Diwali]);
    /// ```
    #[non_exhaustive]
    Festival, "festival", "the words of Festival::ALL, such as diwali", {
        /// 1 January.
        NewYear => "new_year", "New Year";
        /// The day on which the sun enters the sidereal Capricorn; Uttarayan in Gujarat.
        MakarSankranti => "makar_sankranti", "Makar Sankranti";
        /// The harvest festival of Tamil Nadu.
        Pongal => "pongal", "Pongal";
        /// 26 January.
        RepublicDay => "republic_day", "Republic Day";
        /// The day of colours, after the full moon of Phalguna.
        Holi => "holi", "Holi";
        /// New year in Andhra Pradesh, Karnataka and Telangana.
        Ugadi => "ugadi", "Ugadi";
        /// New year in Maharashtra and Goa.
        GudiPadwa => "gudi_padwa", "Gudi Padwa";
        /// The ninth day of the bright half of Chaitra.
        RamNavami => "ram_navami", "Ram Navami";
        /// The end of Ramadan.
        EidAlFitr => "eid_al_fitr", "Eid al-Fitr";
        /// The feast of the sacrifice; Bakrid in India.
        EidAlAdha => "eid_al_adha", "Eid al-Adha (Bakrid)";
        /// The full moon of Shravana.
        RakshaBandhan => "raksha_bandhan", "Raksha Bandhan";
        /// 15 August.
        IndependenceDay => "independence_day", "Independence Day";
        /// The birth of Krishna.
        Janmashtami => "janmashtami", "Janmashtami";
        /// The fourth day of the bright half of Bhadrapada.
        GaneshChaturthi => "ganesh_chaturthi", "Ganesh Chaturthi";
        /// Thiruvonam, the main day of Kerala's harvest festival.
        Onam => "onam", "Onam";
        /// 2 October.
        GandhiJayanti => "gandhi_jayanti", "Gandhi Jayanti";
        /// The tenth day of the bright half of Ashvin; Vijayadashami.
        Dussehra => "dussehra", "Dussehra";
        /// The new moon between Ashvin and Kartika; Deepavali.
        Diwali => "diwali", "Diwali";
        /// The full moon of Kartika.
        GuruNanakJayanti => "guru_nanak_jayanti", "Guru Nanak Jayanti";
        /// 25 December.
        Christmas => "christmas", "Christmas";
    }
}

/// Words that say nothing about the festival.
const FILLERS: [&str; 13] = [
    "a",
    "day",
    "festival",
    "for",
    "greeting",
    "greetings",
    "happy",
    "merry",
    "mubarak",
    "of",
    "shubh",
    "the",
    "wishes",
];

impl Festival {
    /// The festivals that go by a name, whatever its case, marks, blanks, wishes and years. An
    /// unknown name gives none, and a name of several festivals, such as `Eid`, gives them all.
    #[must_use]
    pub fn named(name: &str) -> Vec<Self> {
        let name = plain(name);
        let goes_by = |it: &Self| {
            let names =
                [it.as_str(), it.label()].into_iter().chain(it.other_names().iter().copied());
            !name.is_empty() && names.map(plain).any(|known| known == name)
        };
        Self::ALL.iter().copied().filter(goes_by).collect()
    }

    /// Other names of a festival.
    const fn other_names(self) -> &'static [&'static str] {
        match self {
            Self::NewYear => &["New Year's Day"],
            Self::MakarSankranti => &[
                "Sankranti",
                "Sankranthi",
                "Makara Sankranti",
                "Makar Sankranthi",
                "Makara Sankranthi",
                "Uttarayan",
            ],
            Self::Pongal => &["Thai Pongal"],
            Self::RepublicDay | Self::IndependenceDay => &[],
            Self::Holi => &["Dhulandi", "Dhuleti", "Dhulivandan"],
            Self::Ugadi => &["Yugadi"],
            Self::GudiPadwa => &["Gudhi Padwa", "Gudi Padva", "Gudhi Padva"],
            Self::RamNavami => &["Rama Navami", "Sri Rama Navami", "Shri Ram Navami"],
            Self::EidAlFitr => &[
                "Eid",
                "Eid-ul-Fitr",
                "Id-ul-Fitr",
                "Eid ul-Fitar",
                "Ramzan Id",
                "Ramzan Eid",
                "Ramadan Eid",
            ],
            Self::EidAlAdha => &[
                "Eid",
                "Eid al-Adha",
                "Eid-ul-Adha",
                "Id-ul-Adha",
                "Eid-ul-Zuha",
                "Id-ul-Zuha",
                "Id-ul-Zuha (Bakrid)",
                "Eid-uz-Zuha",
                "Bakrid",
                "Bakra Eid",
                "Bakri Id",
                "Bakreed",
            ],
            Self::RakshaBandhan => &["Rakhi", "Rakshabandan"],
            Self::Janmashtami => &[
                "Krishna Janmashtami",
                "Shri Krishna Janmashtami",
                "Krishna Jayanti",
                "Gokulashtami",
                "Janmashtami (Vaishnava)",
            ],
            Self::GaneshChaturthi => &[
                "Vinayaka Chaturthi",
                "Vinayak Chaturthi",
                "Vinayaka Chavithi",
                "Ganeshotsav",
                "Ganesh Utsav",
                "Ganesh Chaturthi / Vinayak Chaturthi",
            ],
            Self::Onam => &["Thiruvonam"],
            Self::GandhiJayanti => {
                &["Mahatma Gandhi Jayanti", "Mahatma Gandhi's Jayanti", "Gandhi's Birthday"]
            }
            Self::Dussehra => &[
                "Dasara",
                "Dasera",
                "Dasahra",
                "Dushera",
                "Dussera",
                "Vijayadashami",
                "Vijaya Dashami",
                "Vijayadasami",
            ],
            Self::Diwali => {
                &["Divali", "Deepavali", "Dipavali", "Deepawali", "Dipawali", "Diwali (Deepavali)"]
            }
            Self::GuruNanakJayanti => {
                &["Guru Nanak's Jayanti", "Guru Nanak's Birthday", "Gurpurab", "Gurupurab"]
            }
            Self::Christmas => &["Xmas"],
        }
    }
}

/// A name without case, marks, blanks, years and filler words.
fn plain(name: &str) -> String {
    let bare: String =
        name.nfd().filter(|c| !matches!(c, '\u{300}'..='\u{36f}' | '\'' | '’')).collect();
    let bare = bare.to_lowercase();
    let words = bare.split(|c: char| !c.is_alphanumeric()).filter(|word| {
        let year = word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
        !year && !FILLERS.contains(word)
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_festival_goes_by_its_word_its_label_and_its_other_names() {
        for festival in Festival::ALL {
            assert_eq!(Festival::named(festival.as_str()), [*festival]);
            assert_eq!(Festival::named(festival.label()), [*festival]);
            for name in festival.other_names() {
                assert!(Festival::named(name).contains(festival), "{name}");
            }
        }
    }

    #[test]
    fn only_eid_is_two_festivals() {
        for festival in Festival::ALL {
            for name in festival.other_names() {
                let all = Festival::named(name);
                assert!(all.len() == 1 || *name == "Eid", "{name}: {all:?}");
            }
        }
        assert_eq!(Festival::named("Eid Mubarak"), [Festival::EidAlFitr, Festival::EidAlAdha]);
    }

    #[test]
    fn names_as_people_write_them_are_known() {
        for (name, festival) in [
            ("DIWALI", Festival::Diwali),
            ("Happy Dīpāvalī 2027!", Festival::Diwali),
            ("Raksha-Bandhan", Festival::RakshaBandhan),
            ("rakshabandhan", Festival::RakshaBandhan),
            ("New Year’s Day", Festival::NewYear),
            ("Happy New Year 2027", Festival::NewYear),
            ("Merry Christmas", Festival::Christmas),
            ("Christmas Day", Festival::Christmas),
            ("Onam festival", Festival::Onam),
            ("Id-ul-Zuha (Bakrid)", Festival::EidAlAdha),
        ] {
            assert_eq!(Festival::named(name), [festival], "{name}");
        }
    }

    #[test]
    fn other_names_are_not_taken_for_a_festival() {
        for name in ["", " ", "2026", "Happy", "Founding day", "Diwali sale", "Holika", "💐"] {
            assert_eq!(Festival::named(name), [], "{name}");
        }
    }
}
