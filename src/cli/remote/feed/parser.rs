//! Server-sent events cut out of bytes, as the HTML standard describes them. Pure.

/// One event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) kind: String,
    pub(super) id: String,
    pub(super) data: String,
}

/// What has come of the event that is not yet whole.
#[derive(Debug, Default)]
pub(super) struct Parser {
    line: Vec<u8>,
    begun: Event,
    has_data: bool,
}

impl Parser {
    /// Events that end within these bytes.
    pub(super) fn read(&mut self, bytes: &[u8]) -> Vec<Event> {
        let mut whole = Vec::new();
        for byte in bytes {
            if *byte != b'\n' {
                self.line.push(*byte);
                continue;
            }
            let line = std::mem::take(&mut self.line);
            let line = String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(&line));
            whole.extend(self.end_line(&line));
        }
        whole
    }

    fn end_line(&mut self, line: &str) -> Option<Event> {
        if line.is_empty() {
            let event = std::mem::take(&mut self.begun);
            return std::mem::take(&mut self.has_data).then_some(event);
        }
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "event" => value.clone_into(&mut self.begun.kind),
            "id" => value.clone_into(&mut self.begun.id),
            "data" => {
                if self.has_data {
                    self.begun.data.push('\n');
                }
                self.begun.data.push_str(value);
                self.has_data = true;
            }
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = ": heartbeat\n\nevent: exchange\nid: 42\ndata: {\"a\":\ndata: 1}\n\n\
                        event: lost\r\ndata:{}\r\n\r\nevent: none\n\ndata: ж";

    fn wanted() -> [Event; 2] {
        let event = |kind: &str, id: &str, data: &str| Event {
            kind: kind.to_owned(),
            id: id.to_owned(),
            data: data.to_owned(),
        };
        [event("exchange", "42", "{\"a\":\n1}"), event("lost", "", "{}")]
    }

    proptest! {
        #[test]
        fn it_does_not_matter_how_the_bytes_come(cuts in prop::collection::vec(1_usize..9, 1..40)) {
            let mut parser = Parser::default();
            let mut events = Vec::new();
            let mut rest = TEXT.as_bytes();
            for cut in cuts {
                let (now, later) = rest.split_at(cut.min(rest.len()));
                events.extend(parser.read(now));
                rest = later;
            }
            events.extend(parser.read(rest));
            prop_assert_eq!(events, wanted());
        }
    }
}
