//! Writes the values of a point into one file: the bytes between the sites stay, the sites get the new text.
//!
//! The sites are found once, in the committed bytes; each point is then one pass over them. What was written can be
//! read back: the same places must hold the same text, and a number must be the number that was meant.

use std::ops::Range;
use std::sync::Arc;

use super::binding::Binding;
use super::language::Language;
use super::margin;
use super::rewrite_error::{Fault, RewriteError};
use super::sign;
use super::site::Site;
use crate::value::Value;

/// One file, with the sites that its bindings found.
///
/// The file is `constant 0, replacement 0, constant 1, ..., constant n`: see [`Rewrite::constants`] and
/// [`Rewrite::replacements`].
#[derive(Clone, Debug)]
pub struct Rewrite {
    base: Arc<[u8]>,
    bindings: Vec<Binding>,
    /// By their place in the file.
    slots: Vec<Slot>,
    utf8: bool,
}

/// A site, and the binding that found it.
#[derive(Clone, Debug)]
struct Slot {
    binding: usize,
    site: Site,
    /// Where a pattern's match starts.
    anchor: Option<usize>,
}

impl Rewrite {
    /// Finds the sites of all `bindings` in `base`, the committed bytes of the file.
    ///
    /// # Errors
    /// If a binding finds nothing, or two sites overlap.
    pub fn new(base: impl Into<Arc<[u8]>>, bindings: Vec<Binding>) -> Result<Self, RewriteError> {
        let base = base.into();
        let mut slots = Vec::new();
        for (index, binding) in bindings.iter().enumerate() {
            let fail = |error| RewriteError { parameter: binding.name.clone(), fault: Fault::Place(error) };
            for site in binding.place.find(&base, binding.occurrences).map_err(fail)? {
                let anchor = binding.place.anchor(&base, &site.span);
                slots.push(Slot { binding: index, site, anchor });
            }
        }
        slots.sort_by_key(|slot| (slot.site.span.start, slot.site.span.end));
        for pair in slots.windows(2) {
            let (first, second) = (&pair[0].site, &pair[1].site);
            let empty = first.span.is_empty() || second.span.is_empty();
            if first.span.end > second.span.start || empty && first.span.end == second.span.start {
                let other = bindings[pair[1].binding].name.clone();
                let fault = Fault::Overlap { other, line: second.line };
                return Err(RewriteError { parameter: bindings[pair[0].binding].name.clone(), fault });
            }
        }
        let utf8 = std::str::from_utf8(&base).is_ok();
        Ok(Self { base, bindings, slots, utf8 })
    }

    /// The committed bytes.
    pub fn base(&self) -> &[u8] {
        &self.base
    }

    /// The sites in the order of the file, each with the number of the parameter that is written there.
    pub fn sites(&self) -> impl ExactSizeIterator<Item = (usize, &Site)> {
        self.slots.iter().map(|slot| (self.bindings[slot.binding].parameter, &slot.site))
    }

    /// The byte ranges of the committed file that every point shares: one more than there are sites, some empty.
    pub fn constants(&self) -> impl Iterator<Item = Range<usize>> {
        (0..=self.slots.len()).map(|index| {
            let start = if index == 0 { 0 } else { self.slots[index - 1].site.span.end };
            let end = self.slots.get(index).map_or(self.base.len(), |slot| slot.site.span.start);
            start..end
        })
    }

    /// The text for each site, in the order of the file; `values` are those of the point, by parameter.
    ///
    /// # Errors
    /// If a value cannot stand at its site.
    pub fn replacements(&self, values: &[Value]) -> Result<Vec<String>, RewriteError> {
        (0..self.slots.len()).map(|index| self.replacement(index, self.value_of(index, values)?)).collect()
    }

    /// The text for the site with the number `index` in the order of the file.
    ///
    /// # Errors
    /// If `value` cannot stand there.
    pub fn replacement(&self, index: usize, value: &Value) -> Result<String, RewriteError> {
        let slot = &self.slots[index];
        let Slot { binding, site, .. } = slot;
        let fail = |error| self.fault(index, Fault::Render { line: site.line, error });
        let text = site.literal.render(value, self.bindings[*binding].format.as_ref()).map_err(fail)?;
        if !self.utf8 && !text.is_ascii() {
            return Err(fail(super::RenderError::encoding(value)));
        }
        // Only a pattern finds a part of an expression, beside what stands behind OCaml's `ref`.
        if (slot.anchor.is_some() || self.base[..site.span.start].ends_with(b"ref "))
            && value.is_number()
            && let Some(sign) = sign::clash(&self.base, &site.span, &text, site.literal.language())
        {
            return Err(fail(super::RenderError::sign(value, sign)));
        }
        let is_fixed = site.literal.language() == Language::FixedFortran;
        if is_fixed && margin::is_passed(&self.base, &site.span, text.len()) {
            return Err(fail(super::RenderError::margin(value)));
        }
        Ok(text)
    }

    /// The file of a point.
    ///
    /// # Errors
    /// If a value cannot stand at its site.
    pub fn render(&self, values: &[Value]) -> Result<Vec<u8>, RewriteError> {
        Ok(self.assemble(&self.replacements(values)?))
    }

    /// The file with these texts at its sites.
    fn assemble(&self, replacements: &[String]) -> Vec<u8> {
        let added: usize = replacements.iter().map(String::len).sum();
        let mut file = Vec::with_capacity(self.base.len() + added);
        for (index, constant) in self.constants().enumerate() {
            file.extend_from_slice(&self.base[constant]);
            if let Some(text) = replacements.get(index) {
                file.extend_from_slice(text.as_bytes());
            }
        }
        file
    }

    /// Reads `rendered` back: the same places are found in it, and each holds what was written there.
    ///
    /// # Errors
    /// If not, or if a format has rounded a number to another.
    pub fn verify(&self, rendered: &[u8], values: &[Value]) -> Result<(), RewriteError> {
        let replacements = self.replacements(values)?;
        if rendered != self.assemble(&replacements) {
            let fault = Fault::Changed;
            return Err(RewriteError { parameter: String::new(), fault });
        }
        for (index, text) in replacements.iter().enumerate() {
            self.check_value(index, self.value_of(index, values)?, text)?;
        }
        let spans = self.spans(&replacements);
        (0..self.bindings.len()).try_for_each(|index| {
            let value = values.get(self.bindings[index].parameter);
            value.map_or(Ok(()), |value| self.check_binding(index, rendered, &spans, value))
        })
    }

    /// Checks one replacement: that it is the value, and that it is found again at its site.
    ///
    /// Cheap for numbers in assignments. Once for each distinct text, together with [`Rewrite::verify`] of one whole
    /// file, this makes all files certain.
    ///
    /// # Errors
    /// Those of [`Rewrite::verify`].
    pub fn verify_site(&self, index: usize, value: &Value, replacement: &str) -> Result<(), RewriteError> {
        self.check_value(index, value, replacement)?;
        let slot = &self.slots[index];
        // A numeric literal has no byte that could end the value, open a comment or start a statement. But without the
        // quotes of the old value, others on its line may pair up.
        let literal = &slot.site.literal;
        let unquoted = !literal.text().contains(['"', '\'', '`']);
        if slot.anchor.is_none() && value.is_number() && unquoted && literal.reads_as_number(replacement) {
            return Ok(());
        }
        let span = &slot.site.span;
        let parts: [&[u8]; 3] = [&self.base[..span.start], replacement.as_bytes(), &self.base[span.end..]];
        let rendered = parts.concat();
        if let Some(anchor) = slot.anchor {
            let again = span.start..span.start + replacement.len();
            return if self.bindings[slot.binding].place.finds_from(anchor, &rendered, &again) {
                Ok(())
            } else {
                Err(self.fault(index, Fault::Lost { line: slot.site.line, text: replacement.to_owned() }))
            };
        }
        let texts: Vec<String> = (0..self.slots.len())
            .map(|other| if other == index { replacement.to_owned() } else { self.base_text(other) })
            .collect();
        self.check_binding(slot.binding, &rendered, &self.spans(&texts), value)
    }

    /// A stand-in with the length of what stands at the site now.
    fn base_text(&self, index: usize) -> String {
        " ".repeat(self.slots[index].site.span.len())
    }

    fn check_value(&self, index: usize, value: &Value, replacement: &str) -> Result<(), RewriteError> {
        let slot = &self.slots[index];
        let Some(format) = &self.bindings[slot.binding].format else {
            if value.is_number() && !slot.site.literal.reads_back(replacement, value) {
                let fault = Fault::Misread { line: slot.site.line, value: value.clone(), text: replacement.to_owned() };
                return Err(self.fault(index, fault));
            }
            return Ok(());
        };
        let fail = |error| self.fault(index, Fault::Format { line: slot.site.line, error });
        format.check_keeps(value).map_err(fail)
    }

    fn check_binding(
        &self,
        binding: usize,
        rendered: &[u8],
        spans: &[Range<usize>],
        value: &Value,
    ) -> Result<(), RewriteError> {
        let Binding { place, occurrences, name, format, .. } = &self.bindings[binding];
        let own = |index: &usize| self.slots[*index].binding == binding;
        let mine: Vec<usize> = (0..self.slots.len()).filter(own).collect();
        let found = place.find(rendered, *occurrences).unwrap_or_default();
        let stands = |nth: usize, index: usize| {
            found.get(nth).is_some_and(|site| {
                let is_bare = self.slots[index].site.literal.is_bare_macro();
                site.span == spans[index] || is_bare && is_enclosed(rendered, &site.span, &spans[index])
            })
        };
        let missing = mine.iter().enumerate().find(|&(nth, &index)| !stands(nth, index));
        let fault = match missing {
            Some((_, &index)) => {
                let text = String::from_utf8_lossy(&rendered[spans[index].clone()]).into_owned();
                Fault::Lost { line: self.slots[index].site.line, text }
            }
            None if found.len() == mine.len() => {
                let Some(&first) = mine.first() else { return Ok(()) };
                if format.is_some() || place.reads_as(rendered, value) {
                    return Ok(());
                }
                let text = String::from_utf8_lossy(&rendered[spans[first].clone()]).into_owned();
                Fault::Misread { line: self.slots[first].site.line, value: value.clone(), text }
            }
            None => Fault::Extra { line: found[mine.len()].line },
        };
        Err(RewriteError { parameter: name.clone(), fault })
    }

    /// Where the sites are in a file with these replacements.
    fn spans(&self, replacements: &[String]) -> Vec<Range<usize>> {
        let mut at = 0;
        let constants = self.constants().zip(replacements);
        let span = |(constant, text): (Range<usize>, &String)| {
            let start = at + constant.len();
            at = start + text.len();
            start..at
        };
        constants.map(span).collect()
    }

    fn value_of<'v>(&self, index: usize, values: &'v [Value]) -> Result<&'v Value, RewriteError> {
        let parameter = self.bindings[self.slots[index].binding].parameter;
        values.get(parameter).ok_or_else(|| self.fault(index, Fault::NoValue))
    }

    fn fault(&self, index: usize, fault: Fault) -> RewriteError {
        RewriteError { parameter: self.bindings[self.slots[index].binding].name.clone(), fault }
    }
}

/// True if `outer` is `inner` in parentheses.
fn is_enclosed(file: &[u8], inner: &Range<usize>, outer: &Range<usize>) -> bool {
    let inside = file[outer.clone()].strip_prefix(b"(").and_then(|rest| rest.strip_suffix(b")"));
    outer.contains(&inner.start) && inside.is_some_and(|inside| inside.trim_ascii() == &file[inner.clone()])
}

#[cfg(test)]
mod tests;
