//! Placeholders of the command, which every point has to fill.

use anyhow::Result;

use crate::command::placeholders;
use crate::hint;
use crate::spec::Plan;

/// Refuses a command with a placeholder that some points could not fill, or that is all but a parameter's name.
///
/// # Errors
/// If it has one.
pub(super) fn check_placeholders(plan: &Plan) -> Result<()> {
    let names: Vec<&str> = plan.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
    for name in placeholders(plan.run.command.as_deref().unwrap_or_default()) {
        match plan.parameter(name) {
            Some(parameter) if parameter.when.is_some() => {
                let variable = plan.variable(&parameter.name);
                return Err(hint::error(
                    format!("the command has {{{name}}}, and {name} does not apply to every point"),
                    format!("let the program take it from ${variable}, or write ${{{variable}:+--{name} ${variable}}}"),
                ));
            }
            Some(_) => {}
            None => {
                if let Some(near) = hint::near_miss(name, names.iter().copied()) {
                    return Err(hint::error(
                        format!("the command has {{{name}}}, and there is no parameter {name}"),
                        format!("did you mean {{{near}}}? (${{{name}}} is left to the shell)"),
                    ));
                }
            }
        }
    }
    Ok(())
}
