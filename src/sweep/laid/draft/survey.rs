//! What is known of a draft's points before they are laid.

use anyhow::Result;

use super::Draft;
use crate::point::Point;

/// What is known of a draft's points before they are laid.
#[derive(Default)]
pub(super) struct Survey {
    pub(super) total: u64,
    pub(super) first: Option<Point>,
    pub(super) last: Option<Point>,
    /// After how many draws in a row that brought nothing new no more were looked for, if that was the end.
    pub(super) fruitless: Option<u64>,
}

impl Survey {
    fn count(&mut self, point: Point) {
        self.first.get_or_insert_with(|| point.clone());
        self.last = Some(point);
        self.total += 1;
    }
}

impl Draft {
    /// Goes through all points once, unless they can be counted without that.
    pub(super) fn survey(&self) -> Result<Survey> {
        if let (None, None, Some(total)) = (&self.onto, &self.given, self.design.total()) {
            let at =
                |index: u64| self.design.propose(index).transpose().map(|found| found.map(|proposal| proposal.point));
            let last = total.checked_sub(1).map_or(Ok(None), at)?;
            return Ok(Survey { total, first: at(0)?, last, fruitless: None });
        }
        let mut survey = Survey::default();
        if let Some(given) = &self.given {
            given.iter().for_each(|proposal| survey.count(proposal.point.clone()));
            return Ok(survey);
        }
        let mut proposals = self.design.proposals_not_in(self.laid());
        for proposal in &mut proposals {
            survey.count(proposal?.point);
        }
        survey.fruitless = proposals.tally().gave_up;
        Ok(survey)
    }
}
