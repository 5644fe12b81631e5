use super::*;

fn value(literal: &str) -> Value {
    Value::guess(literal)
}

fn apply(format: &str, literal: &str) -> String {
    Format::parse(format).unwrap().apply(&value(literal)).unwrap()
}

#[test]
fn both_styles_write_what_c_and_python_write() {
    for (format, literal, expected) in [
        ("%.3f", "0.5", "0.500"),
        ("%d", "3", "3"),
        ("%d", "3.0", "3"),
        ("%05d", "42", "00042"),
        ("%+d", "3", "+3"),
        ("% d", "3", " 3"),
        ("%-6d|", "3", "3     |"),
        ("%6.2f", "3.14159", "  3.14"),
        ("%06.2f", "-3.14159", "-03.14"),
        ("%.0f", "2.5", "2"),
        ("%.0f", "3.5", "4"),
        ("%.2f", "2.675", "2.68"),
        ("%.2f", "0.125", "0.12"),
        ("%.1f", "-0.01", "-0.0"),
        ("%f", "1e-7", "0.000000"),
        ("%.2e", "0", "0.00e+00"),
        ("%.2e", "12345", "1.23e+04"),
        ("%.2E", "0.00012345", "1.23E-04"),
        ("%.1e", "9.99", "1.0e+01"),
        ("%e", "1e100", "1.000000e+100"),
        ("%g", "0.0001", "0.0001"),
        ("%g", "0.00001", "1e-05"),
        ("%g", "123456", "123456"),
        ("%g", "1234567", "1.23457e+06"),
        ("%g", "100000", "100000"),
        ("%g", "0.5", "0.5"),
        ("%.3g", "0.00012345", "0.000123"),
        ("%#.3g", "1", "1.00"),
        ("%.0g", "0.25", "0.2"),
        ("%g", "0", "0"),
        ("%lf", "0.5", "0.500000"),
        ("%i", "-7", "-7"),
        ("%s", "relu", "relu"),
        ("%s", "0.10", "0.10"),
        ("%8s", "relu", "    relu"),
        ("%d%%", "5", "5%"),
        ("${%d}", "5", "${5}"),
        ("{}", "0.10", "0.10"),
        ("{}nS", "3", "3nS"),
        ("{}%", "3", "3%"),
        ("{{{}}}", "3", "{3}"),
        ("{:.3e}", "0.5", "5.000e-01"),
        ("{:05d}", "42", "00042"),
        ("{:>6}", "3", "     3"),
        ("{:*^7}", "3", "***3***"),
        ("{:<4}|", "3", "3   |"),
        ("{:6}|", "ab", "ab    |"),
        ("{value:.2f}", "1", "1.00"),
        ("{0:+.1f}", "1", "+1.0"),
        ("{:08.3f}", "-1.5", "-001.500"),
        ("%.3f", "inf", "inf"),
        ("%5.1F", "-inf", " -INF"),
        ("%.2f", "0x10", "16.00"),
        ("%.30f", "0.1", "0.100000000000000000000000000000"),
    ] {
        assert_eq!(apply(format, literal), expected, "{format} of {literal}");
    }
}

#[test]
fn what_is_no_format_is_refused() {
    for (format, message) in [
        ("", "format `` has no place for the value"),
        ("nS", "format `nS` has no place for the value"),
        ("%d %d", "format `%d %d` has more than one place for the value"),
        ("{} %d", "format `{} %d` has more than one place for the value"),
        ("%.3", "format `%.3` ends in the middle of a conversion"),
        ("{:.3f", "format `{:.3f` ends in the middle of a conversion"),
        ("{}}", "format `{}}` has a single `}`"),
        ("%x", "format `%x`: `%x` is not understood"),
        ("{:x}", "format `{:x}`: `x` is not understood"),
        ("%.99999f", "format `%.99999f`: a width or precision is too large"),
    ] {
        assert_eq!(Format::parse(format).unwrap_err().to_string(), message);
    }
}

#[test]
fn values_that_do_not_fit_are_refused() {
    for (format, literal, message) in [
        ("%d", "2.5", "format `%d` wants a whole number, not 2.5"),
        ("%.3f", "relu", "format `%.3f` wants a number, not relu"),
        ("{:.3}", "2.5", "format `{:.3}` has a precision, but no type"),
    ] {
        assert_eq!(Format::parse(format).unwrap().apply(&value(literal)).unwrap_err().to_string(), message);
    }
}

#[test]
fn a_format_that_rounds_is_found_out() {
    let format = Format::parse("%.1f").unwrap();
    assert_eq!(format.check_keeps(&value("0.125")).unwrap_err().to_string(), "format `%.1f` writes 0.125 as 0.1");
    assert_eq!(format.rounded(&value("0.125")).unwrap(), value("0.1"));
    for (format, literal) in
        [("%.1f", "0.5"), ("%05d", "42"), ("{:*^7}", "3"), ("%E", "0.5"), ("{}", "relu"), ("%f", "inf")]
    {
        assert_eq!(Format::parse(format).unwrap().check_keeps(&value(literal)), Ok(()), "{format}");
    }
}
