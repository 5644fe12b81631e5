//! Names of columns that have no room: cut in the middle, and so that they can still be told apart.

use super::visible::{ELLIPSIS, beginning, ending, truncate, width};

/// How many ways to cut a name are tried.
const TRIED: usize = 500;

/// The name in that room: cut in the middle or, if it could then be one of the others too, so that it shows where it
/// differs from them. Where no cut tells it apart it is cut in the middle all the same.
pub(super) fn cut(name: &str, room: usize, others: &[&str]) -> String {
    if width(name) <= room {
        return name.to_owned();
    }
    distinct(name, room, others)
        .or_else(|| splits(name, room).next().map(|cut| cut.text()).filter(|text| width(text) <= room))
        .unwrap_or_else(|| truncate(name, room).into_owned())
}

/// The least room, but for `least`, in which the name can be told from the others.
pub(super) fn room_to_tell_apart(name: &str, least: usize, others: &[&str]) -> usize {
    let natural = width(name);
    (least..natural).find(|&room| distinct(name, room, others).is_some()).unwrap_or(natural)
}

/// The name cut so that it can be none of the others.
fn distinct(name: &str, room: usize, others: &[&str]) -> Option<String> {
    let unlike = |cut: &Cut<'_>| !others.iter().any(|other| cut.could_be(other));
    let cuts = splits(name, room).chain(std::iter::once_with(|| windows(name, room)).flatten());
    cuts.take(TRIED).filter(unlike).map(|cut| cut.text()).find(|text| width(text) <= room)
}

/// What is left of a name.
struct Cut<'a> {
    head: &'a str,
    /// What is shown of the rest, if anything.
    middle: &'a str,
    tail: &'a str,
}

impl Cut<'_> {
    fn text(&self) -> String {
        let Self { head, middle, tail } = self;
        if middle.is_empty() {
            format!("{head}{ELLIPSIS}{tail}")
        } else {
            format!("{head}{ELLIPSIS}{middle}{ELLIPSIS}{tail}")
        }
    }

    /// True if this is what could be left of that name.
    fn could_be(&self, name: &str) -> bool {
        let rest = name.strip_prefix(self.head).and_then(|rest| rest.strip_suffix(self.tail));
        rest.is_some_and(|rest| rest.contains(self.middle))
    }
}

/// `weight…exc`, then what is further from the middle.
fn splits(name: &str, room: usize) -> impl Iterator<Item = Cut<'_>> {
    let free = room.checked_sub(1);
    let mut tails: Vec<usize> = free.map_or_else(Vec::new, |free| (0..=free).collect());
    tails.sort_by_key(|tail| tail.abs_diff(room.saturating_sub(1) / 2));
    tails.into_iter().map(move |tail| {
        let head = beginning(name, room - 1 - tail);
        Cut { head, middle: "", tail: ending(&name[head.len()..], tail) }
    })
}

/// `con…r_1…ht`, the three parts about as long as each other at first, the middle one from the left to the right.
fn windows(name: &str, room: usize) -> impl Iterator<Item = Cut<'_>> {
    let free = room.saturating_sub(2);
    let parts = |middle: usize| (0..=free - middle).map(move |head| [head, middle, free - middle - head]);
    let mut all: Vec<[usize; 3]> = (1..=free).flat_map(parts).collect();
    all.sort_by_key(|parts| parts.iter().max().unwrap_or(&0) - parts.iter().min().unwrap_or(&0));
    all.into_iter().flat_map(move |[head, middle, tail]| {
        let head = beginning(name, head);
        let tail = ending(&name[head.len()..], tail);
        let hidden = &name[head.len()..name.len() - tail.len()];
        let windows = hidden.char_indices().skip(1).map(move |(at, _)| (at, beginning(&hidden[at..], middle)));
        let within = windows.filter(move |(at, window)| !window.is_empty() && at + window.len() < hidden.len());
        within.map(move |(_, middle)| Cut { head, middle, tail })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// All the names in that room each.
    fn cuts(names: &[&str], room: usize) -> Vec<String> {
        let others = |name: &str| names.iter().copied().filter(|other| *other != name).collect::<Vec<_>>();
        names.iter().map(|name| cut(name, room, &others(name))).collect()
    }

    #[test]
    fn names_are_cut_in_the_middle() {
        assert_eq!(cuts(&["a_long_name_x", "a_long_name_y"], 6), ["a_l…_x", "a_l…_y"]);
        assert_eq!(cuts(&["rate_exc", "rate_inh", "rate"], 5), ["ra…xc", "ra…nh", "rate"]);
        assert_eq!(cuts(&["日本語の名前"], 7), ["日…前"]);
        assert_eq!(cuts(&["name", "other"], 1), ["…", "…"]);
        assert_eq!(cuts(&["name"], 0), [""]);
    }

    #[test]
    fn names_that_differ_elsewhere_are_cut_elsewhere() {
        // The split nearest to the middle that shows what differs.
        assert_eq!(cuts(&["exc_1_weight", "exc_2_weight"], 8), ["exc_1…ht", "exc_2…ht"]);
        assert_eq!(cuts(&["the_exc_w", "the_inh_w"], 5), ["t…c_w", "t…h_w"]);
        // No split in nine columns does.
        let layers = ["model.layer_1.conv.weight", "model.layer_2.conv.weight"];
        assert_eq!(cuts(&layers, 9), ["mo…_1…ght", "mo…_2…ght"]);
        assert_eq!(cuts(&["exc_1_weight", "exc_2_weight", "inh_1_weight"], 5), ["e…1…t", "e…2…t", "in…ht"]);
    }

    #[test]
    fn the_room_to_tell_names_apart() {
        assert_eq!(room_to_tell_apart("a_long_name_x", 5, &["a_long_name_y"]), 5);
        // What these differ in is how often a letter stands there, which no cut shows.
        assert_eq!(room_to_tell_apart("aaaaaaaa", 5, &["aaaaaaaaa"]), 8);
        assert_eq!(room_to_tell_apart("abc", 5, &["abd"]), 3);
    }

    proptest! {
        #[test]
        fn a_cut_name_fits_and_could_be_no_other(names in prop::collection::hash_set("[ab_é日]{1,12}", 2..6), room in 1_usize..9) {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            for (name, text) in names.iter().zip(cuts(&names, room)) {
                prop_assert!(width(&text) <= room);
                let others: Vec<&str> = names.iter().copied().filter(|other| other != name).collect();
                if width(name) > room && distinct(name, room, &others).is_some() {
                    prop_assert!(!cuts(&others, room).contains(&text));
                }
            }
        }

        #[test]
        fn any_name_fits(name: String, other: String, room in 0_usize..12) {
            prop_assert!(width(&cut(&name, room, &[other.as_str()])) <= room);
        }
    }
}
