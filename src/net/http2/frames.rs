//! Where a client's bytes stand between frames (RFC 9113, sections 3.4, 4.1 and 6.2). Pure.

/// The length of the connection preface.
const PREFACE: u32 = 24;
/// The length of a frame's header.
const HEADER: usize = 9;

const DATA: u8 = 0x0;
const HEADERS: u8 = 0x1;
const CONTINUATION: u8 = 0x9;
const END_HEADERS: u8 = 0x4;

/// Follows what is read. It judges nothing: a wrong frame is the library's to refuse.
#[derive(Debug)]
pub(super) struct Frames {
    header: [u8; HEADER],
    /// How much of the next header has come.
    have: usize,
    /// Bytes of the preface or of a payload that are still to come.
    left: u32,
    content: bool,
    /// A block of fields has begun and not ended.
    in_block: bool,
    begun: bool,
    /// How often something that was to be waited for has come to its end.
    whole: u32,
}

impl Default for Frames {
    fn default() -> Self {
        Self {
            header: [0; HEADER],
            have: 0,
            left: PREFACE,
            content: false,
            in_block: false,
            begun: false,
            whole: 0,
        }
    }
}

impl Frames {
    /// Takes bytes as they came.
    pub(super) fn feed(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let len = if self.left > 0 { self.payload(bytes.len()) } else { self.header(bytes) };
            bytes = bytes.get(len..).unwrap_or_default();
            if !self.waits() {
                self.whole = self.whole.wrapping_add(1);
            }
        }
    }

    /// Whether something has begun that is not content and whose end has not come: the preface with
    /// the settings behind it, a request's head, any other frame.
    pub(super) fn waits(&self) -> bool {
        !self.begun || self.in_block || self.have > 0 || (self.left > 0 && !self.content)
    }

    /// Changes whenever something that [`Frames::waits`] spoke of has come to its end.
    pub(super) fn whole(&self) -> u32 {
        self.whole
    }

    fn payload(&mut self, len: usize) -> usize {
        let taken = u32::try_from(len).unwrap_or(u32::MAX).min(self.left);
        self.left -= taken;
        taken as usize
    }

    fn header(&mut self, bytes: &[u8]) -> usize {
        let (_, room) = self.header.split_at_mut(self.have);
        let len = room.len().min(bytes.len());
        for (to, from) in room.iter_mut().zip(bytes) {
            *to = *from;
        }
        self.have += len;
        if self.have == HEADER {
            self.have = 0;
            self.frame();
        }
        len
    }

    fn frame(&mut self) {
        let [high, middle, low, kind, flags, ..] = self.header;
        self.left = u32::from_be_bytes([0, high, middle, low]);
        self.content = kind == DATA;
        // The first frame is the settings.
        self.begun = true;
        if kind == HEADERS || kind == CONTINUATION {
            self.in_block = flags & END_HEADERS == 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRI: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    const SETTINGS: &[u8] = &[0, 0, 0, 4, 0, 0, 0, 0, 0];

    fn frame(kind: u8, flags: u8, payload: &[u8]) -> Vec<u8> {
        let len = u8::try_from(payload.len()).unwrap();
        [&[0, 0, len, kind, flags, 0, 0, 0, 1], payload].concat()
    }

    fn after(bytes: &[&[u8]]) -> Frames {
        let mut frames = Frames::default();
        frames.feed(&[PRI, SETTINGS].concat());
        frames.feed(&bytes.concat());
        frames
    }

    #[test]
    fn the_preface_is_waited_for_with_its_settings() {
        let mut frames = Frames::default();
        assert!(frames.waits());
        frames.feed(PRI);
        assert!(frames.waits(), "no settings");
        frames.feed(SETTINGS);
        assert!(!frames.waits());
    }

    #[test]
    fn a_head_is_waited_for_until_its_last_continuation() {
        let (half, next, last) =
            (frame(HEADERS, 1, b"abc"), frame(CONTINUATION, 0, b"d"), frame(CONTINUATION, 4, b"e"));
        assert!(after(&[&half]).waits());
        assert!(after(&[&half, &next]).waits());
        assert_eq!(after(&[&half]).whole(), after(&[&half, &next]).whole(), "the same head");
        assert!(!after(&[&half, &next, &last]).waits());
        assert!(!after(&[&frame(HEADERS, 5, b"abc")]).waits());
    }

    #[test]
    fn content_is_not_waited_for_other_frames_are() {
        let (data, ping) = (frame(DATA, 0, b"abcdef"), frame(6, 0, b"12345678"));
        assert!(!after(&[&data[..12]]).waits());
        assert!(after(&[&data[..5]]).waits(), "it is not known what it is");
        assert!(after(&[&ping[..12]]).waits());
        assert!(!after(&[&ping, &data]).waits());
    }

    #[test]
    fn a_stream_in_pieces_is_followed_as_well() {
        let stream = [PRI, SETTINGS, &frame(HEADERS, 4, b"abc"), &frame(DATA, 1, b"body")].concat();
        for size in 1..stream.len() {
            let mut frames = Frames::default();
            stream.chunks(size).for_each(|piece| frames.feed(piece));
            assert!(!frames.waits(), "pieces of {size}");
        }
    }
}
