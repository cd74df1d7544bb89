//! What `init` asks a person.

use std::io::{self, BufRead, Write};

use crate::cli::words::{said, words};
use crate::config::meant::Origin;
use crate::config::starter::{host, service as service_of};
use crate::text::Text;

const USUAL: &str = "http://localhost:9000";

/// Asks where the service is and which host leads to it, until both can be used; nothing where the sample
/// is wanted.
pub(super) fn service(
    from: &mut dyn BufRead,
    to: &mut dyn Write,
) -> io::Result<Option<(Origin, Vec<String>)>> {
    let question = words!("Where does your service listen? [{usual}] ", usual = USUAL);
    let read = |text: &str| service_of(if text.is_empty() { USUAL } else { text }).map(Some);
    let Some(service) = answer(&question, from, to, read)? else { return Ok(None) };
    let question = words!(
        "Which host do your terminal app's URLs have, such as api.my.ru? [none: a sample of all keys] "
    );
    let read = |text: &str| match text {
        "" => Ok(None),
        text => host(text).map(Some),
    };
    let host = answer(&question, from, to, read)?;
    Ok(host.map(|host| (service, vec![host])))
}

/// Asks until the answer can be read. The end of the input is as good as an empty answer, and no answer
/// is asked for again after it.
fn answer<T>(
    question: &str,
    from: &mut dyn BufRead,
    to: &mut dyn Write,
    read: impl Fn(&str) -> Result<Option<T>, Text>,
) -> io::Result<Option<T>> {
    loop {
        write!(to, "{question}")?;
        to.flush()?;
        let mut line = String::new();
        if from.read_line(&mut line)? == 0 {
            writeln!(to)?;
            return Ok(None);
        }
        match read(line.trim()) {
            Ok(found) => return Ok(found),
            Err(why) => writeln!(to, "  {}", said(&why))?,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn asked(typed: &str) -> (Option<(String, Vec<String>)>, String) {
        let mut said = Vec::new();
        let found = service(&mut typed.as_bytes(), &mut said).unwrap();
        let found = found.map(|(service, hosts)| (service.to_string(), hosts));
        (found, String::from_utf8(said).unwrap())
    }

    #[test]
    fn answers_are_asked_for_until_they_can_be_used() {
        let (found, said) = asked("9100\napi.my.ru:99\napi.my.ru\n");
        assert_eq!(found, Some(("http://localhost:9100".to_owned(), vec!["api.my.ru".to_owned()])));
        assert_eq!(said.matches("Which host").count(), 2, "{said}");
        assert!(said.contains("80 and 443"), "{said}");
        let (found, _) = asked("\nhttps://api.my.ru/v1\n");
        assert_eq!(found.unwrap().0, USUAL);
    }

    #[test]
    fn nothing_said_is_the_sample() {
        for typed in ["", "\n", "\n\n", "9000\n"] {
            assert_eq!(asked(typed).0, None, "{typed:?}");
        }
    }
}
