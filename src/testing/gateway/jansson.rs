//! Reads JSON as the library that Janus uses does, and fails with the same texts.

use serde_json::{Map, Number, Value};

/// jansson's limit.
const MAX_DEPTH: usize = 2048;

/// The longest token that an error text repeats, in bytes.
const MAX_NEAR: usize = 20;

/// Why a text is no JSON, in jansson's words.
#[derive(Debug)]
pub(in crate::testing) struct Malformed {
    line: usize,
    column: usize,
    text: String,
}

impl Malformed {
    /// With the core's words around them.
    pub(super) fn told_by_core(&self) -> String {
        let Self { line, column, text } = self;
        format!("Invalid Janus API request - <string>({line},{column}): {text}")
    }

    /// With those of the HTTP transport.
    pub(in crate::testing) fn told_over_http(&self) -> String {
        let Self { line, text, .. } = self;
        format!("JSON error: on line {line}: {text}")
    }
}

/// Reads a text that is one JSON object or array, up to its first zero.
pub(in crate::testing) fn parse_whole(text: &str) -> Result<Value, Malformed> {
    let text = text.split('\0').next().unwrap_or_default();
    let mut reader = Reader::new(text);
    let value = reader.document()?;
    match reader.token()? {
        Token::End => Ok(value),
        _ => Err(reader.error("end of file expected")),
    }
}

/// Reads one JSON object or array from the start of the text; gives the rest as well.
pub(super) fn parse(text: &str) -> Result<(Value, &str), Malformed> {
    let mut reader = Reader::new(text);
    let value = reader.document()?;
    Ok((value, &text[reader.at..]))
}

#[derive(Debug)]
enum Token {
    Sign(char),
    Text(String),
    Number(Number),
    Word(Value),
    Invalid,
    End,
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    column: usize,
    /// The column at the end of the line before, for going back over a newline.
    line_before: usize,
    /// Where the token begins that error texts repeat.
    token_start: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
            column: 0,
            line_before: 0,
            token_start: 0,
            depth: 0,
        }
    }

    fn document(&mut self) -> Result<Value, Malformed> {
        let token = self.token()?;
        match token {
            Token::Sign('{' | '[') => self.value(token),
            _ => Err(self.error("'[' or '{' expected")),
        }
    }

    fn error(&self, what: &str) -> Malformed {
        let near = &self.text[self.token_start..self.at];
        let near = match near.len() {
            0 => " near end of file".to_owned(),
            1..=MAX_NEAR => format!(" near '{near}'"),
            _ => String::new(),
        };
        Malformed {
            line: self.line,
            column: self.column,
            text: format!("{what}{near}"),
        }
    }

    fn next(&mut self) -> Option<char> {
        let c = self.text[self.at..].chars().next()?;
        self.at += c.len_utf8();
        if c == '\n' {
            self.line += 1;
            self.line_before = self.column;
            self.column = 0;
        } else {
            self.column += 1;
        }
        Some(c)
    }

    fn back(&mut self, c: Option<char>) {
        let Some(c) = c else { return };
        self.at -= c.len_utf8();
        if c == '\n' {
            self.line -= 1;
            self.column = self.line_before;
        } else {
            self.column -= 1;
        }
    }

    fn token(&mut self) -> Result<Token, Malformed> {
        let first = loop {
            match self.next() {
                Some(' ' | '\t' | '\n' | '\r') => {}
                other => break other,
            }
        };
        self.token_start = self.at - first.map_or(0, char::len_utf8);
        match first {
            None => Ok(Token::End),
            Some(sign @ ('{' | '}' | '[' | ']' | ':' | ',')) => Ok(Token::Sign(sign)),
            Some('"') => self.string(),
            Some(c @ ('0'..='9' | '-')) => self.number(c),
            Some(c) if c.is_ascii_alphabetic() => Ok(self.word()),
            Some(_) => Ok(Token::Invalid),
        }
    }

    fn word(&mut self) -> Token {
        loop {
            match self.next() {
                Some(c) if c.is_ascii_alphabetic() => {}
                other => {
                    self.back(other);
                    break;
                }
            }
        }
        match &self.text[self.token_start..self.at] {
            "true" => Token::Word(Value::Bool(true)),
            "false" => Token::Word(Value::Bool(false)),
            "null" => Token::Word(Value::Null),
            _ => Token::Invalid,
        }
    }

    fn string(&mut self) -> Result<Token, Malformed> {
        let mut text = String::new();
        // Escapes are decoded after the end of the string was found; so are their errors.
        let mut wrong = None;
        loop {
            match self.next() {
                None => return Err(self.error("premature end of input")),
                Some('"') => break,
                Some(c @ '\0'..='\x1f') => {
                    self.back(Some(c));
                    return Err(match c {
                        '\n' => self.error("unexpected newline"),
                        c => self.error(&format!("control character 0x{:x}", u32::from(c))),
                    });
                }
                Some('\\') => match self.escape()? {
                    Ok(c) => text.push(c),
                    Err(problem) => wrong = wrong.or(Some(problem)),
                },
                Some(c) => text.push(c),
            }
        }
        match wrong {
            Some(problem) => Err(self.error(&problem)),
            None => Ok(Token::Text(text)),
        }
    }

    /// What comes after a backslash. The inner error is one that is told at the end of the string.
    fn escape(&mut self) -> Result<Result<char, String>, Malformed> {
        Ok(Ok(match self.next() {
            Some(c @ ('"' | '\\' | '/')) => c,
            Some('b') => '\x08',
            Some('f') => '\x0c',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => {
                let high = self.hex()?;
                match high {
                    0xd800..=0xdbff if self.text[self.at..].starts_with("\\u") => {
                        self.next();
                        self.next();
                        let low = self.hex()?;
                        if !(0xdc00..=0xdfff).contains(&low) {
                            return Ok(Err(format!("invalid Unicode '\\u{high:04X}\\u{low:04X}'")));
                        }
                        let code = 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                        char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
                    }
                    _ => match char::from_u32(high) {
                        Some(c) => c,
                        None => return Ok(Err(format!("invalid Unicode '\\u{high:04X}'"))),
                    },
                }
            }
            _ => return Err(self.error("invalid escape")),
        }))
    }

    fn hex(&mut self) -> Result<u32, Malformed> {
        let mut code = 0;
        for _ in 0..4 {
            match self.next().and_then(|c| c.to_digit(16)) {
                Some(digit) => code = code * 16 + digit,
                None => return Err(self.error("invalid escape")),
            }
        }
        Ok(code)
    }

    fn number(&mut self, first: char) -> Result<Token, Malformed> {
        let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        let mut c = match first {
            '-' => self.next(),
            c => Some(c),
        };
        if c == Some('0') {
            c = self.next();
            if digit(c) {
                self.back(c);
                return Ok(Token::Invalid);
            }
        } else if digit(c) {
            c = self.digits();
        } else {
            self.back(c);
            return Ok(Token::Invalid);
        }
        if !matches!(c, Some('.' | 'e' | 'E')) {
            self.back(c);
            let text = &self.text[self.token_start..self.at];
            return match text.parse::<i64>() {
                Ok(number) => Ok(Token::Number(number.into())),
                Err(_) if first == '-' => Err(self.error("too big negative integer")),
                Err(_) => Err(self.error("too big integer")),
            };
        }
        if c == Some('.') {
            c = self.next();
            if !digit(c) {
                self.back(c);
                return Ok(Token::Invalid);
            }
            c = self.digits();
        }
        if matches!(c, Some('e' | 'E')) {
            c = self.next();
            if matches!(c, Some('+' | '-')) {
                c = self.next();
            }
            if !digit(c) {
                self.back(c);
                return Ok(Token::Invalid);
            }
            c = self.digits();
        }
        self.back(c);
        let real = self.text[self.token_start..self.at].parse::<f64>().ok();
        match real.and_then(Number::from_f64) {
            Some(number) => Ok(Token::Number(number)),
            None => Err(self.error("real number overflow")),
        }
    }

    /// Goes on to the first that is no digit.
    fn digits(&mut self) -> Option<char> {
        loop {
            match self.next() {
                Some(c) if c.is_ascii_digit() => {}
                other => return other,
            }
        }
    }

    fn value(&mut self, token: Token) -> Result<Value, Malformed> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error("maximum parsing depth reached"));
        }
        let value = match token {
            Token::Text(text) if text.contains('\0') => {
                return Err(self.error("\\u0000 is not allowed without JSON_ALLOW_NUL"));
            }
            Token::Text(text) => Value::String(text),
            Token::Number(number) => Value::Number(number),
            Token::Word(value) => value,
            Token::Sign('{') => self.object()?,
            Token::Sign('[') => self.array()?,
            Token::Invalid => return Err(self.error("invalid token")),
            Token::Sign(_) | Token::End => return Err(self.error("unexpected token")),
        };
        self.depth -= 1;
        Ok(value)
    }

    fn object(&mut self) -> Result<Value, Malformed> {
        let mut object = Map::new();
        let mut token = self.token()?;
        if matches!(token, Token::Sign('}')) {
            return Ok(object.into());
        }
        loop {
            let Token::Text(key) = token else {
                return Err(self.error("string or '}' expected"));
            };
            if key.contains('\0') {
                return Err(self.error("NUL byte in object key not supported"));
            }
            if !matches!(self.token()?, Token::Sign(':')) {
                return Err(self.error("':' expected"));
            }
            let first = self.token()?;
            let value = self.value(first)?;
            object.insert(key, value);
            match self.token()? {
                Token::Sign(',') => token = self.token()?,
                Token::Sign('}') => return Ok(object.into()),
                _ => return Err(self.error("'}' expected")),
            }
        }
    }

    fn array(&mut self) -> Result<Value, Malformed> {
        let mut array = Vec::new();
        let mut token = self.token()?;
        if matches!(token, Token::Sign(']')) {
            return Ok(array.into());
        }
        loop {
            array.push(self.value(token)?);
            match self.token()? {
                Token::Sign(',') => token = self.token()?,
                Token::Sign(']') => return Ok(array.into()),
                _ => return Err(self.error("']' expected")),
            }
        }
    }
}
