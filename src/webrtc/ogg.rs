//! The Ogg container (RFC 3533): packets out of pages, and into pages.

use std::{
    collections::VecDeque,
    io::{self, Read, Seek, SeekFrom, Write},
};

use super::files::bad;

const MAGIC: &[u8; 4] = b"OggS";

/// The length of a page's head, without the table of its segments.
const HEAD: usize = 27;
const CHECKSUM: std::ops::Range<usize> = 22..26;

const CONTINUED: u8 = 1;
const FIRST: u8 = 2;
const LAST: u8 = 4;

/// A packet of Opus has 61,298 bytes at most.
const PACKET: usize = 64 << 10;

/// A page is written when it has that many segments, of 255 at most.
const SEGMENTS: usize = 200;

/// The packets of the first logical stream of a file.
pub(super) struct Reader<R> {
    from: R,
    /// Of the stream that is read.
    serial: Option<u32>,
    ready: VecDeque<Vec<u8>>,
    /// Goes on with the next page.
    part: Vec<u8>,
    /// What comes next belongs to a packet whose beginning is missing.
    headless: bool,
    /// Of a packet that is too large the beginning is enough.
    cuts: bool,
    over: bool,
}

impl<R: Read> Reader<R> {
    pub(super) fn new(from: R) -> Self {
        Self {
            from,
            serial: None,
            ready: VecDeque::new(),
            part: Vec::new(),
            headless: false,
            cuts: false,
            over: false,
        }
    }

    /// The next packet, or its first 64 KiB: tags may have pictures in them.
    pub(super) fn next_cut(&mut self) -> io::Result<Option<Vec<u8>>> {
        self.cuts = true;
        let packet = self.next();
        self.cuts = false;
        packet
    }

    /// The next packet; `None` at the end, also of a file that was cut off.
    pub(super) fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            if let Some(packet) = self.ready.pop_front() {
                return Ok(Some(packet));
            }
            if self.over || !self.page()? {
                self.over = true;
                return Ok(None);
            }
        }
    }

    /// Reads a page; `false` at the end of the file.
    fn page(&mut self) -> io::Result<bool> {
        let mut page = read_up_to(&mut self.from, HEAD)?;
        if page.is_empty() {
            return Ok(false);
        }
        if !page.starts_with(&MAGIC[..MAGIC.len().min(page.len())]) {
            return Err(bad("it has no Ogg page where one has to be"));
        }
        if page.len() < HEAD {
            return Ok(false);
        }
        if page[4] != 0 {
            return Err(bad("it is of another version of Ogg"));
        }
        let segments = usize::from(page[26]);
        let table = read_up_to(&mut self.from, segments)?;
        let length = table.iter().map(|length| usize::from(*length)).sum();
        let body = read_up_to(&mut self.from, length)?;
        if table.len() < segments || body.len() < length {
            return Ok(false);
        }
        let told = word(&page, CHECKSUM.start);
        page[CHECKSUM].fill(0);
        if checksum([&page, &table, &body]) != told {
            return Err(bad("a page of it is damaged: its checksum is wrong"));
        }
        let (kind, serial) = (page[5], word(&page, 14));
        if *self.serial.get_or_insert(serial) == serial {
            self.take(kind, &table, &body)?;
        }
        Ok(true)
    }

    fn take(&mut self, kind: u8, table: &[u8], body: &[u8]) -> io::Result<()> {
        let continued = kind & CONTINUED != 0;
        if !continued {
            self.part.clear();
        }
        self.headless = continued && self.part.is_empty();
        let mut rest = body;
        for length in table {
            let (segment, after) = rest.split_at(usize::from(*length));
            rest = after;
            if !self.headless {
                self.part.extend(segment);
                if self.part.len() > PACKET && !self.cuts {
                    return Err(bad("a packet of it is larger than 64 KiB"));
                }
                self.part.truncate(PACKET);
            }
            if *length < 255 {
                let packet = std::mem::take(&mut self.part);
                if !std::mem::take(&mut self.headless) {
                    self.ready.push_back(packet);
                }
            }
        }
        self.over |= kind & LAST != 0;
        Ok(())
    }
}

/// Writes packets; every page that was begun is in the file after [`flush`](Self::flush).
pub(super) struct Writer<W: Write + Seek> {
    to: W,
    serial: u32,
    number: u32,
    /// Of the page that is not written yet.
    table: Vec<u8>,
    body: Vec<u8>,
    /// The last page that was written, and where.
    last: Option<(u64, Vec<u8>)>,
    length: u64,
    position: u64,
}

impl<W: Write + Seek> Writer<W> {
    pub(super) fn new(to: W, serial: u32) -> Self {
        Self {
            to,
            serial,
            number: 0,
            table: Vec::new(),
            body: Vec::new(),
            last: None,
            length: 0,
            position: 0,
        }
    }

    /// A packet after which the stream has come to that position.
    pub(super) fn packet(&mut self, packet: &[u8], position: u64) -> io::Result<()> {
        let segments = packet.len() / 255 + 1;
        if segments > 255 {
            return Err(bad("a packet is larger than 65,000 bytes"));
        }
        if self.table.len() + segments > SEGMENTS {
            self.page()?;
        }
        self.table.extend(std::iter::repeat_n(255, segments - 1));
        self.table.push((packet.len() % 255) as u8);
        self.body.extend(packet);
        self.position = position;
        Ok(())
    }

    /// Ends the page that was begun.
    pub(super) fn page(&mut self) -> io::Result<()> {
        if self.table.is_empty() {
            return Ok(());
        }
        let mut page = MAGIC.to_vec();
        page.push(0);
        page.push(if self.number == 0 { FIRST } else { 0 });
        page.extend(self.position.to_le_bytes());
        page.extend(self.serial.to_le_bytes());
        page.extend(self.number.to_le_bytes());
        page.extend([0; 4]);
        page.push(self.table.len() as u8);
        page.append(&mut self.table);
        page.append(&mut self.body);
        sign(&mut page);
        self.to.write_all(&page)?;
        self.number += 1;
        let at = self.length;
        self.length += page.len() as u64;
        self.last = Some((at, page));
        Ok(())
    }

    /// Writes all that there is.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.page()?;
        self.to.flush()
    }

    /// The same, and marks the last page as that.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        self.page()?;
        if let Some((at, mut page)) = self.last.take() {
            page[5] |= LAST;
            page[CHECKSUM].fill(0);
            sign(&mut page);
            self.to.seek(SeekFrom::Start(at))?;
            self.to.write_all(&page)?;
        }
        self.to.flush()
    }
}

/// So many bytes, or what is left of the file. Takes no more memory than came.
pub(super) fn read_up_to(from: &mut impl Read, bytes: usize) -> io::Result<Vec<u8>> {
    let mut data = Vec::new();
    from.take(bytes as u64).read_to_end(&mut data)?;
    Ok(data)
}

pub(super) fn word(data: &[u8], at: usize) -> u32 {
    let bytes = data.get(at..at + 4).and_then(|it| it.try_into().ok());
    u32::from_le_bytes(bytes.unwrap_or_default())
}

fn sign(page: &mut [u8]) {
    let sum = checksum([page, &[], &[]]);
    page[CHECKSUM].copy_from_slice(&sum.to_le_bytes());
}

/// Its CRC-32 begins with 0, and is not reflected as the usual one is.
fn checksum(parts: [&[u8]; 3]) -> u32 {
    let bytes = parts.into_iter().flatten();
    bytes.fold(0, |sum: u32, byte| {
        let at = (sum >> 24) ^ u32::from(*byte);
        (sum << 8) ^ TABLE[at as usize & 0xff]
    })
}

const TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        let mut sum = (at as u32) << 24;
        let mut bit = 0;
        while bit < 8 {
            let carry = if sum >> 31 == 1 { 0x04c1_1db7 } else { 0 };
            sum = (sum << 1) ^ carry;
            bit += 1;
        }
        table[at] = sum;
        at += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn written(packets: &[Vec<u8>]) -> Vec<u8> {
        let mut file = Vec::new();
        let mut writer = Writer::new(Cursor::new(&mut file), 7);
        for (number, packet) in (1..).zip(packets) {
            writer.packet(packet, 960 * number).expect("memory");
        }
        writer.finish().expect("memory");
        file
    }

    fn read(file: &[u8]) -> io::Result<Vec<Vec<u8>>> {
        let mut reader = Reader::new(file);
        let mut all = Vec::new();
        while let Some(packet) = reader.next()? {
            all.push(packet);
        }
        Ok(all)
    }

    fn packets() -> Vec<Vec<u8>> {
        let lengths = [1, 0, 254, 255, 256, 510, 3000, 40_000, 17];
        let lengths = lengths.into_iter().cycle().take(60);
        lengths.map(|length| vec![length as u8; length]).collect()
    }

    #[test]
    fn packets_of_all_lengths_are_read_as_they_were_written() {
        let file = written(&packets());
        assert_eq!(read(&file).expect("pages"), packets());
        // The first and the last page say that they are.
        assert_eq!(file[5], FIRST);
        let starts = file.windows(4).enumerate();
        let last = starts.rev().find(|(_, it)| it == MAGIC);
        assert_eq!(file[last.expect("a page").0 + 5], LAST);
        assert!(
            Writer::new(Cursor::new(Vec::new()), 7)
                .packet(&vec![0; 70_000], 0)
                .is_err()
        );
    }

    #[test]
    fn what_was_cut_off_ends_there_and_what_is_damaged_is_an_error() {
        let file = written(&packets()[..12]);
        for end in (0..file.len()).step_by(7) {
            let read = read(&file[..end]).expect("a beginning");
            assert!(packets().starts_with(&read), "{end}");
        }
        for at in (0..file.len()).step_by(11) {
            let mut damaged = file.clone();
            damaged[at] ^= 0x20;
            // It may have become the number of another stream.
            let _ = read(&damaged);
        }
        let mut damaged = file.clone();
        damaged[60] ^= 1;
        let error = read(&damaged).expect_err("a wrong sum");
        assert!(error.to_string().contains("damaged"), "{error}");
        assert!(read(b"RIFF").is_err());
    }

    /// Pages that are full, and go on and on.
    fn endless() -> Vec<u8> {
        let mut file = Vec::new();
        for number in 0..100_u32 {
            let mut page = MAGIC.to_vec();
            page.extend([0, if number == 0 { FIRST } else { CONTINUED }]);
            page.extend([0; 8]);
            page.extend(7_u32.to_le_bytes());
            page.extend(number.to_le_bytes());
            page.extend([0; 4]);
            page.push(255);
            page.extend([255; 255]);
            page.extend([0; 255 * 255]);
            sign(&mut page);
            file.extend(page);
        }
        file
    }

    #[test]
    fn no_packet_takes_all_the_memory() {
        let error = read(&endless()).expect_err("it is too large");
        assert!(error.to_string().contains("64 KiB"), "{error}");
    }

    #[test]
    fn of_a_packet_of_which_the_beginning_is_enough_the_rest_is_skipped() {
        let mut file = endless();
        let mut end = MAGIC.to_vec();
        end.extend([0, CONTINUED]);
        end.extend([0; 8]);
        end.extend(7_u32.to_le_bytes());
        end.extend([0; 8]);
        // The end of that one, and another one.
        end.extend([2, 1, 3, 1, 7, 8, 9]);
        sign(&mut end);
        file.extend(end);
        let mut reader = Reader::new(&*file);
        let first = reader.next_cut().expect("pages").expect("a packet");
        assert_eq!(first.len(), PACKET);
        assert_eq!(reader.next().expect("pages"), Some(vec![7, 8, 9]));
    }
}
