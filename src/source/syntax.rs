//! What each language's lines look like: one table of facts a language, read by the lexer and by the assignment finder.

mod tables;

use super::language::Language;

/// Where a comment sign opens a comment.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Opens {
    /// Anywhere outside strings.
    Anywhere,
    /// At the start of the line or after a blank.
    AfterBlank,
    /// After a blank, unless nothing but arithmetic with numbers follows: `7 % 2`.
    AfterBlankUnlessOperator,
    /// In the first column only.
    Column1,
    /// Where nothing but blanks stands before it on its line.
    LineStart,
    /// Anywhere, but not behind this byte (`\#` in Make, `$#` in Perl).
    NotBehind(u8),
    /// Where no other sign of an operator stands next to it and the like: `-->` is one (Haskell).
    NoOperator,
}

/// How a string's closing quote may stand inside it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Escape {
    /// After a backslash.
    Backslash,
    /// Twice.
    Doubled,
    /// Not at all.
    None,
}

/// When a quote character opens a string.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// Always.
    Always,
    /// Only where a value can start and if it closes before something that can follow one: `it's` holds no string.
    Standalone,
    /// Not directly behind an operand, where it is the transpose (MATLAB).
    NotAfterOperand,
    /// Only around a single character (C, Rust's lifetimes and C++'s digit separators aside).
    Character,
}

/// One style of string.
pub(super) struct Quote {
    /// Opening and closing mark.
    pub(super) mark: &'static str,
    pub(super) escape: Escape,
    /// True if the string may go on over line ends.
    pub(super) lines: bool,
    pub(super) when: When,
}

/// Lexical rules that no table can say; each is a function of the lexer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Oddity {
    /// Shell documents: `<<EOF`.
    HereDocument,
    /// Documents of Ruby and Perl: `<<~EOF`, `<<"EOF"`.
    RubyDocument,
    /// Documents of PHP: `<<<EOF`.
    PhpDocument,
    /// `(*)` is the operator and opens no comment (F#).
    StarOperator,
    /// Comments `/+ +/`, in a file that includes no others (D).
    PlusComment,
    /// A backslash makes the next character plain (shell).
    BackslashEscape,
    /// `[[ ]]`, `[=[ ]=]` and comments of that form.
    LuaBrackets,
    /// `=pod` to `=cut`.
    Pod,
    /// `=begin` to `=end`.
    RubyBlock,
    /// Comments `#[[ ]]`, `#[=[ ]=]`.
    CMakeBrackets,
    /// `r"..."`, `r#"..."#`.
    RustRaw,
    /// `R"x(...)x"`.
    CppRaw,
    /// `"""` and the end of the line open text up to the next `"""` (Java, C#).
    TextBlock,
    /// A backslash at the end of its line makes the next one part of a comment, in a file that includes others (C, C++).
    ContinuedComment,
    /// `r"-(...)-"`.
    RRaw,
    /// `%{` and `%}` on lines of their own.
    Matlab,
    /// `COMMENT` to `ENDCOMMENT`, `VERBATIM` to `ENDVERBATIM`.
    Nmodl,
    /// `|` and `>` scalars.
    YamlBlocks,
}

/// What `name: value` means.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Colon {
    /// Nothing.
    Never,
    /// An entry if the name is quoted.
    Quoted,
    /// An entry if the value is a literal, else the name's type.
    Literal,
    /// An entry, unless the value is the name of a type.
    Entry,
    /// An entry if a blank follows the colon, or the name is quoted.
    Blank,
    /// An entry.
    Always,
}

/// What may stand between the start of a statement and the name, apart from owners such as `self.`.
#[derive(Clone, Copy)]
pub(super) enum Prefix {
    /// Nothing.
    Nothing,
    /// These words, and types after them.
    Words(&'static [&'static str]),
    /// These words alone: a name before it would make it a parameter of a function.
    Only(&'static [&'static str]),
    /// Types, qualifiers and attributes.
    Types,
}

/// Where the name's type stands if it stands behind the name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum TypeBehind {
    None,
    /// `name: type = value`
    Colon,
    /// `name::type = value`
    DoubleColon,
    /// `name type = value`
    Word,
    /// `name <attribute> = value`
    Angle,
}

/// Behind what a blank alone sets the next assignment of a line apart, as in `x = 1 y = 2`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Apart {
    /// Nothing.
    Nothing,
    /// A number, its unit or its limits (NEURON).
    Quantity,
    /// A number, text in quotes or a truth value.
    Literal,
    /// Any value.
    Value,
}

/// Where a comma ends a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Comma {
    /// Nowhere.
    Never,
    /// Wherever it stands outside brackets.
    Always,
    /// If the line stands inside one of these brackets; else it makes a tuple.
    Inside(&'static [u8]),
    /// Unless a constant follows, which makes a list of values (Fortran's namelists).
    UnlessConstant,
    /// If another `name =` follows, or inside brackets.
    BeforeName,
}

/// How far a value reaches.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// An expression: brackets and strings are whole.
    Expression,
    /// As above, but a number at its start is all of it where a unit or another statement follows (NEURON).
    Quantity,
    /// A shell word.
    Word,
    /// The rest of the line.
    Rest,
    /// A YAML scalar or flow collection.
    Yaml,
}

/// What the end of a line means for an expression.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum LineEnd {
    /// It ends the statement, unless a continuation mark stands there.
    Ends,
    /// It ends nothing: a semicolon must.
    Nothing,
    /// It ends the statement unless an operator stands there.
    EndsUnlessOperator,
}

/// The marks of comments that may go on over lines.
pub(super) struct BlockComment {
    pub(super) open: &'static str,
    pub(super) close: &'static str,
    /// True if one may stand in another.
    pub(super) nests: bool,
}

/// The facts about one language.
pub(super) struct Syntax {
    pub(super) line_comments: &'static [(&'static str, Opens)],
    pub(super) block_comments: &'static [BlockComment],
    /// Longer marks first.
    pub(super) quotes: &'static [Quote],
    pub(super) oddities: &'static [Oddity],
    /// Bytes that identifiers may hold beside ASCII letters, digits, `_` and everything outside ASCII.
    pub(super) identifier: &'static [u8],
    pub(super) ignores_case: bool,
    /// True if brackets are followed from line to line.
    pub(super) brackets: bool,
    /// Longer ones first. A word assigns behind a name that is declared, and the empty one is the blank alone.
    pub(super) operators: &'static [&'static str],
    /// Also assignments, but only of a quoted or symbolic key.
    pub(super) arrow: bool,
    pub(super) colon: Colon,
    pub(super) prefix: Prefix,
    /// What joins an owner to its member; longer ones first.
    pub(super) members: &'static [&'static str],
    /// Signs that belong to a variable's spelling: `$` in Perl.
    pub(super) sigils: &'static [u8],
    /// True if `["name"]` behind an owner is a member.
    pub(super) subscripts: bool,
    pub(super) type_behind: TypeBehind,
    /// True if a statement or entry may start behind `{` and `}`.
    pub(super) braces: bool,
    /// Lines that start with one of these words hold a statement behind a colon.
    pub(super) colon_blocks: &'static [&'static str],
    pub(super) semicolon: bool,
    /// Brackets in which entries and keyword arguments stand on the line that opens them.
    pub(super) entries: &'static [u8],
    pub(super) comma: Comma,
    pub(super) apart: Apart,
    pub(super) extent: Extent,
    pub(super) line_end: LineEnd,
    /// The mark at the end of a line, or with a comment behind it, by which it goes on in the next, beside a backslash.
    pub(super) continuation: &'static str,
    /// True if `#define NAME value` is understood.
    pub(super) defines: bool,
}

impl Syntax {
    /// The facts about `language`.
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::Python => &tables::PYTHON,
            Language::C => &tables::C,
            Language::Rust => &tables::RUST,
            Language::Go => &tables::GO,
            Language::JavaScript => &tables::JAVASCRIPT,
            Language::Kotlin => &tables::KOTLIN,
            Language::Fortran => &tables::FORTRAN,
            Language::FixedFortran => &tables::FIXED_FORTRAN,
            Language::Julia => &tables::JULIA,
            Language::R => &tables::R,
            Language::Matlab => &tables::MATLAB,
            Language::Hoc => &tables::HOC,
            Language::Nmodl => &tables::NMODL,
            Language::Shell => &tables::SHELL,
            Language::Dotenv => &tables::DOTENV,
            Language::Make => &tables::MAKE,
            Language::Ini => &tables::INI,
            Language::Gromacs => &tables::GROMACS,
            Language::Yaml => &tables::YAML,
            Language::Toml => &tables::TOML,
            Language::Json => &tables::JSON,
            Language::Notebook => &tables::NOTEBOOK,
            Language::Xml => &tables::XML,
            Language::Lua => &tables::LUA,
            Language::Perl => &tables::PERL,
            Language::Awk => &tables::AWK,
            Language::Modelica => &tables::MODELICA,
            Language::Stata => &tables::STATA,
            Language::Spice => &tables::SPICE,
            Language::Lammps => &tables::LAMMPS,
            Language::Cp2k => &tables::CP2K,
            Language::Namd => &tables::NAMD,
            Language::Plumed => &tables::PLUMED,
            Language::Foam => &tables::FOAM,
            Language::Vasp => &tables::VASP,
            Language::Other(other) => tables::other(other),
            Language::Generic => &tables::GENERIC,
        }
    }

    /// True if `byte` can be part of an identifier.
    pub(super) fn is_identifier(&self, byte: u8) -> bool {
        byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80 || self.identifier.contains(&byte)
    }

    /// True if the language has this oddity.
    pub(super) fn has(&self, oddity: Oddity) -> bool {
        self.oddities.contains(&oddity)
    }
}
