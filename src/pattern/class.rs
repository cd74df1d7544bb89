//! Character classes, `[..]` and `\p{..}`, with the meaning they have since JDK 9.

use std::sync::Arc;

use super::escape::Escape;
use super::parse::{Parsed, Parser};
use super::ranges::Ranges;
use super::unicode;
use crate::text::text;

/// What has been read of a class. The JDK keeps the class's Latin-1 characters in one bitmap that
/// goes on growing after an `&&` has already taken it up, hence `Latin` is filled in last.
#[derive(Clone)]
enum Term {
    Set(Ranges),
    Latin,
    Union(Box<Term>, Box<Term>),
    Intersection(Box<Term>, Box<Term>),
}

/// One member of a class.
enum Member {
    Latin,
    Set(Ranges),
}

impl Term {
    fn or(self, other: Self) -> Self {
        Self::Union(Box::new(self), Box::new(other))
    }

    fn resolve(&self, latin: &Ranges) -> Ranges {
        match self {
            Self::Set(set) => set.clone(),
            Self::Latin => latin.clone(),
            Self::Union(a, b) => a.resolve(latin).union(&b.resolve(latin)),
            Self::Intersection(a, b) => a.resolve(latin).intersection(&b.resolve(latin)),
        }
    }
}

fn either(before: Option<Term>, term: Term) -> Term {
    match before {
        Some(before) => before.or(term),
        None => term,
    }
}

fn left_side(term: Option<Term>, pending: &mut bool) -> Option<Term> {
    if std::mem::take(pending) { Some(either(term, Term::Latin)) } else { term }
}

const OPEN: u32 = '[' as u32;
const CLOSE: u32 = ']' as u32;
const AND: u32 = '&' as u32;

impl Parser {
    /// A class; the cursor stands on its bracket, or for the right side of `&&` (not `closed`)
    /// before its first character, and the bracket that ends it is left.
    pub(super) fn class(&mut self, closed: bool) -> Parsed<Ranges> {
        let opened = self.cursor.at;
        self.depth += 1;
        if self.depth > 200 {
            return Err(self.cursor.error_at(opened, text!("classes nest deeper than 200")));
        }
        let mut latin = Vec::new();
        let mut term: Option<Term> = None;
        let mut pending = false;
        // The term read last: the JDK takes it for the right side of an `&&` that has none.
        let mut last: Option<Term> = None;
        let mut point = self.cursor.next();
        let negated = point == u32::from('^') && self.cursor.raw(self.cursor.at - 1) == OPEN;
        if negated {
            point = self.cursor.next();
        }
        loop {
            match point {
                OPEN => {
                    let inner = Term::Set(self.class(true)?);
                    last = Some(inner.clone());
                    term = Some(either(term, inner));
                    point = self.cursor.peek();
                    continue;
                }
                AND => {
                    if self.cursor.next() == AND {
                        if pending && term.is_none() {
                            last = Some(Term::Latin);
                        }
                        let left = left_side(term, &mut pending);
                        last = self.right_side()?.or(last);
                        term = Some(self.intersection(left, last.clone())?);
                        point = self.cursor.peek();
                        continue;
                    }
                    self.cursor.unread();
                }
                0 if self.cursor.at_end() => {
                    return Err(self
                        .cursor
                        .error_at(opened, text!("this class is not closed with `]`")));
                }
                CLOSE if term.is_some() || pending => {
                    if closed {
                        self.cursor.next();
                    }
                    break;
                }
                _ => {}
            }
            match self.member(&mut latin)? {
                Member::Latin => (pending, last) = (true, None),
                Member::Set(set) => {
                    last = Some(Term::Set(set.clone()));
                    term = Some(either(term, Term::Set(set)));
                }
            }
            point = self.cursor.peek();
        }
        self.depth -= 1;
        let term = left_side(term, &mut pending).unwrap_or(Term::Latin);
        let set = term.resolve(&Ranges::of(latin));
        Ok(if negated { set.negated() } else { set })
    }

    /// The right side of `&&`; the cursor stands on the second ampersand.
    fn right_side(&mut self) -> Parsed<Option<Term>> {
        let mut right: Option<Term> = None;
        let mut point = self.cursor.next();
        while point != CLOSE && point != AND {
            if self.cursor.at_end() {
                return Err(self.cursor.error(text!("this class is not closed with `]`")));
            }
            let nested = point == OPEN;
            if !nested {
                self.cursor.unread();
            }
            let set = self.class(nested)?;
            right = Some(either(right, Term::Set(set)));
            point = self.cursor.peek();
        }
        Ok(right)
    }

    fn intersection(&self, left: Option<Term>, right: Option<Term>) -> Parsed<Term> {
        match (left, right) {
            (Some(left), Some(right)) => Ok(Term::Intersection(Box::new(left), Box::new(right))),
            (None, Some(right)) => Ok(right),
            (_, None) => Err(self.cursor.error(text!("`&&` with nothing on one side"))),
        }
    }

    fn member(&mut self, latin: &mut Vec<u32>) -> Parsed<Member> {
        let mut point = self.cursor.peek();
        let at = self.cursor.at;
        if point == u32::from('\\') {
            let letter = self.cursor.next_raw();
            if letter == u32::from('p') || letter == u32::from('P') {
                return Ok(Member::Set(Ranges::clone(&*self.family(letter == u32::from('P'))?)));
            }
            let ranged = self.cursor.raw(self.cursor.at + 1) == u32::from('-');
            self.cursor.unread();
            match self.escape(true, ranged)? {
                Escape::Point(escaped) => point = escaped,
                Escape::Set(set) => return Ok(Member::Set(Ranges::clone(&set))),
                Escape::Node(_) => {
                    return Err(self
                        .cursor
                        .error_at(at, text!("this escape has no place in a class")));
                }
            }
        } else {
            self.cursor.next();
        }
        if self.cursor.peek() == u32::from('-') {
            let end = self.cursor.raw(self.cursor.at + 1);
            if end != OPEN && end != CLOSE {
                return self.range(point, at);
            }
        }
        Ok(self.lone(latin, point))
    }

    fn range(&mut self, first: u32, at: usize) -> Parsed<Member> {
        self.cursor.next();
        let mut last = self.cursor.peek();
        if last == u32::from('\\') {
            let Escape::Point(escaped) = self.escape(true, true)? else {
                return Err(self
                    .cursor
                    .error_at(at, text!("a range ends with one character, not with a class")));
            };
            last = escaped;
        } else {
            self.cursor.next();
        }
        if last < first {
            return Err(self.cursor.error_at(at, text!("the range's ends are in the wrong order")));
        }
        Ok(Member::Set(self.range_in_any_case(first, last)))
    }

    fn range_in_any_case(&self, first: u32, last: u32) -> Ranges {
        let flags = self.cursor.flags;
        let range = Ranges::new(vec![(first, last)]);
        if !flags.ignore_case {
            return range;
        }
        let within = |point: u32| (first..=last).contains(&point);
        if flags.unicode_case {
            let cased = unicode::cased()
                .filter(|&point| within(unicode::upper(point)) || within(unicode::fold(point)));
            return range.union(&Ranges::of(cased));
        }
        let letters = (0..128u8).filter(|letter| {
            within(letter.to_ascii_uppercase().into()) || within(letter.to_ascii_lowercase().into())
        });
        range.union(&Ranges::of(letters.map(u32::from)))
    }

    /// A character by itself: into the bitmap if it is Latin-1 and has no case beyond it.
    fn lone(&self, latin: &mut Vec<u32>, point: u32) -> Member {
        let flags = self.cursor.flags;
        let unicode_case = flags.ignore_case && flags.unicode_case;
        let reaches_out =
            matches!(point, 0xFF | 0xB5 | 0x49 | 0x69 | 0x53 | 0x73 | 0x4B | 0x6B | 0xC5 | 0xE5);
        if point > 0xFF || unicode_case && reaches_out {
            return Member::Set(self.single(point));
        }
        latin.push(point);
        if let Some(letter) =
            char::from_u32(point).filter(|letter| flags.ignore_case && letter.is_ascii())
        {
            latin.extend([letter.to_ascii_lowercase(), letter.to_ascii_uppercase()].map(u32::from));
        } else if unicode_case {
            latin.extend([unicode::lower(point), unicode::upper(point)]);
        }
        Member::Latin
    }

    /// `\p{..}`, `\pL`; the cursor stands on the letter.
    pub(super) fn family(&mut self, complement: bool) -> Parsed<Arc<Ranges>> {
        let at = self.cursor.at;
        let braced = self.cursor.next() == u32::from('{');
        if !braced {
            self.cursor.unread();
        }
        let first = self.cursor.next();
        let name = if braced { self.family_name(first)? } else { self.family_letter() };
        let set = self.family_set(&name).ok_or_else(|| {
            self.cursor.error_at(at, text!("JDK 17 knows no property `{name}`", name))
        })?;
        Ok(if complement { Arc::new(set.negated()) } else { set })
    }

    fn family_letter(&mut self) -> String {
        let letter = self.cursor.raw(self.cursor.at);
        self.cursor.read();
        char::from_u32(letter).into_iter().collect()
    }

    fn family_name(&mut self, _first: u32) -> Parsed<String> {
        let start = self.cursor.at;
        while self.cursor.read() != u32::from('}') {
            if self.cursor.at > self.cursor.len() {
                return Err(self
                    .cursor
                    .error_at(start, text!("this property is not closed with `}`")));
            }
        }
        let name: String = (start..self.cursor.at - 1)
            .filter_map(|at| char::from_u32(self.cursor.raw(at)))
            .collect();
        if name.is_empty() {
            Err(self.cursor.error_at(start, text!("a property without a name")))
        } else {
            Ok(name)
        }
    }

    fn family_set(&self, name: &str) -> Option<Arc<Ranges>> {
        let flags = self.cursor.flags;
        let folded = flags.ignore_case;
        if let Some((kind, value)) = name.split_once('=') {
            return match kind.to_lowercase().as_str() {
                "sc" | "script" => unicode::script(value),
                "blk" | "block" => unicode::block(value),
                "gc" | "general_category" => unicode::property(value, folded),
                _ => None,
            };
        }
        if let Some(block) = name.strip_prefix("In") {
            return unicode::block(block);
        }
        if let Some(short) = name.strip_prefix("Is") {
            return unicode::binary(short, folded)
                .or_else(|| unicode::property(short, folded))
                .or_else(|| unicode::script(short));
        }
        flags
            .unicode_class
            .then(|| unicode::posix(name, folded))
            .flatten()
            .or_else(|| unicode::property(name, folded))
    }
}
