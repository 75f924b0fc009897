//! Has a stage of [`handover`] check the values that it sends against the contracts of their channels:
//!
//! ```no_run
//! fn main() -> std::process::ExitCode {
//!     handover_contracts::install();
//!     handover::run(|_| Ok::<(), handover::Error>(()))
//! }
//! ```

use handover::Value;
use handover::contracts::{At, Check, Unmet, check_with};

/// Call it first of all in `main`: that this process checks contracts is said with its first word to the supervisor.
pub fn install() {
    check_with(compile);
}

fn compile(schema: &str) -> Result<Check, String> {
    let schema: serde_json::Value = serde_json::from_str(schema).map_err(|error| error.to_string())?;
    let built = jsonschema::draft202012::options().should_validate_formats(false).offline().build(&schema);
    let validator = built.map_err(|error| error.to_string())?;
    Ok(Box::new(move |value: &Value| {
        let json = match serde_json::to_value(value) {
            Ok(json) => json,
            Err(error) => return Some(Unmet::new(error.to_string())),
        };
        let error = validator.iter_errors(&json).next()?;
        let path: Vec<String> = error.instance_path().into_iter().map(|segment| segment.to_string()).collect();
        let steps = steps_through(&json, &path);
        Some(Unmet::new(error.to_string()).at(steps))
    }))
}

/// A path does not tell the places of a list from the keys of a map: the value does.
fn steps_through<'a>(value: &serde_json::Value, path: &'a [String]) -> Vec<At<'a>> {
    let mut at = Some(value);
    let steps = path.iter().map(|step| {
        let index = at.filter(|value| value.is_array()).and_then(|_| step.parse().ok());
        at = match index {
            Some(index) => at.and_then(|value| value.get::<usize>(index)),
            None => at.and_then(|value| value.get(step)),
        };
        index.map_or(At::Key(step), At::Index)
    });
    steps.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::Value as Json;

    /// 15.4: which value meets which contract, as in every language.
    #[test]
    fn each_vector() {
        super::install();
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../test/vectors/contracts.json");
        let Ok(text) = std::fs::read_to_string(file) else {
            eprintln!("the vectors that all languages share are not here");
            return;
        };
        let file: Json = serde_json::from_str(&text).expect("it is JSON");
        for vector in file["vectors"].as_array().expect("there are some") {
            let name = &vector["name"];
            let bytes = bytes_of(vector["bytes"].as_str().expect("it has bytes"));
            let unmet = handover::contracts::breach_of(&vector["schema"].to_string(), &bytes);
            assert_eq!(unmet.is_none(), vector["meets"] == true, "{name}: {unmet:?}");
            if let (Some(path), Some(unmet)) = (vector["path"].as_str(), unmet) {
                assert_eq!(unmet.path, path, "{name}: {unmet:?}");
            }
        }
    }

    fn bytes_of(hex: &str) -> Vec<u8> {
        let pair = |at| u8::from_str_radix(&hex[at..at + 2], 16).expect("it is hexadecimal");
        (0..hex.len()).step_by(2).map(pair).collect()
    }
}
