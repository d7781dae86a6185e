import Diagnostics
import ErlangTerms
import TestSupport
import Testing

/// Text that only newer releases of OTP read, each beside an older way to write the same. All pairs were compared on
/// OTP 27 and 29; the older way is read by the installed OTP.
@Suite struct TextNewSyntaxTests {
    /// OTP 27: sigils.
    static let sigils: [(new: String, old: String)] = [
        (#"~"abc"."#, #"<<"abc">>."#), (#"~b"a\nb"."#, #"<<"a\nb">>."#), (#"~B"a\nb"."#, #"<<"a\\nb">>."#),
        (#"~s"a\nb"."#, #""a\nb"."#), (#"~S"a\nb"."#, #""a\\nb"."#), (#"~"a\nb"."#, #"<<"a\nb">>."#),
        ("~(a).", "<<\"a\">>."), ("~[a].", "<<\"a\">>."), ("~{a}.", "<<\"a\">>."), ("~<a>.", "<<\"a\">>."),
        ("~/a/.", "<<\"a\">>."), ("~|a|.", "<<\"a\">>."), ("~'a'.", "<<\"a\">>."), ("~`a`.", "<<\"a\">>."),
        ("~#a#.", "<<\"a\">>."), (#"~b(a\)c)."#, #"<<"a)c">>."#), (#"~B"a\\"."#, #"<<"a\\\\">>."#),
        (#"~b'a"b'."#, #"<<"a\"b">>."#), (#"~b(\x{41})."#, #"<<"A">>."#), ("~\"åäö\".", "<<\"åäö\"/utf8>>."),
        (#"~"a\x{400}b"."#, #"<<"a\x{400}b"/utf8>>."#), (#"~b"\377"."#, #"<<"\377"/utf8>>."#), ("~s\"å\".", "\"å\"."),
        (#"<<~"abc"/binary>>."#, #"<<"abc">>."#), (#"<<~s"abc">>."#, #"<<"abc">>."#),
        ("<<~s\"å\"/utf8>>.", "<<\"å\"/utf8>>."),
        (#"{~b"a",1}."#, #"{<<"a">>,1}."#), (#"[~""|~s""]."#, #"[<<>>]."#),
    ]

    /// OTP 27: triple-quoted strings.
    static let tripleQuoted: [(new: String, old: String)] = [
        ("\"\"\"\nabc\n\"\"\".", #""abc"."#), ("\"\"\"\n  abc\n  \"\"\".", #""abc"."#),
        ("\"\"\"\n  abc\n   d\n\n  e\n  \"\"\".", #""abc\n d\n\ne"."#), ("\"\"\"\n\"\"\".", "\"\"."),
        ("\"\"\"\n\n\"\"\".", "\"\"."), ("\"\"\"\n\n\n\"\"\".", "\"\\n\"."), ("\"\"\"  \nabc\n\"\"\".", #""abc"."#),
        ("\"\"\"\nabc\\n\n\"\"\".", #""abc\\n"."#), ("~b\"\"\"\nabc\\nx\n\"\"\".", #"<<"abc\nx">>."#),
        ("~B\"\"\"\nabc\\nx\n\"\"\".", #"<<"abc\\nx">>."#), ("~s\"\"\"\nabc\\nx\n\"\"\".", #""abc\nx"."#),
        ("~S\"\"\"\nabc\\nx\n\"\"\".", #""abc\\nx"."#), ("~\"\"\"\nabc\\nx\n\"\"\".", #"<<"abc\\nx">>."#),
        ("\"\"\"\"\na\"\"\"b\n\"\"\"\n\"\"\"\".", "\"a\\\"\\\"\\\"b\\n\\\"\\\"\\\"\"."),
        ("\"\"\"\nabc\"\"\"\n\"\"\".", "\"abc\\\"\\\"\\\"\"."), ("\"\"\"\nabc\n\"\"\" \"x\".", #""abcx"."#),
        ("\"x\" \"\"\"\nabc\n\"\"\".", #""xabc"."#), ("~b\"\"\"\na\\\nb\n\"\"\".", #"<<"a\nb">>."#),
        ("~b\"\"\"\na\\\"\"\"\nb\n\"\"\".", "<<\"a\\\"\\\"\\\"\\nb\">>."),
        ("\"\"\"\r\n  a\r\n  b\r\n  \"\"\".", #""a\r\nb"."#),
        ("\"\"\"\n\r\n\"\"\".", "\"\"."), ("~b\"\"\"\n  a\\nb\n  \"\"\".", #"<<"a\nb">>."#),
        ("~b\"\"\"\n  a\\\n  b\n  \"\"\".", #"<<"a\nb">>."#), ("~s\"\"\"\n  \\sa\n  \"\"\".", #"" a"."#),
        ("~s\"\"\"\n  a\n  \\\"\"\"\n  \"\"\".", "\"a\\n\\\"\\\"\\\"\"."), ("\"\"\"\n\"\"\" \"\"\"\n\"\"\".", "\"\"."),
        ("\"\"\"\"\n\"\"\"\n\"\"\"\".", "\"\\\"\\\"\\\"\"."), ("\"\"\"\"\n a\n\"\"\"\" .", "\" a\"."),
        ("~b\"\"\"\\\n a\n\"\"\" .", "<<\" a\">>."),
        ("~b\"\"\"\n a\\\n \"\"\" .", "<<\"a\">>."), ("~b\"\"\"\n \"\"\\\"\n \"\"\" .", "<<\"\\\"\\\"\\\"\">>."),
        ("~b\"\"\"\n \"\"\\s\"\n \"\"\" .", "<<\"\\\"\\\" \\\"\">>."),
        ("\"\"\"\n \" \"\"\n \"\"\" .", "\"\\\" \\\"\\\"\"."),
        ("\"\"\"\n \"\" \"\n \"\"\" .", "\"\\\"\\\" \\\"\"."), ("\"\"\"\n \"\"\n \"\"\" .", "\"\\\"\\\"\"."),
        ("\"\"\"\n \t x\n \t y\n \t \"\"\" .", "\"x\\ny\"."), ("\"\"\"\n\u{a0}a\n\u{a0}\"\"\".", "\"a\"."),
    ]

    /// OTP 28: floats with a base, and since 26 the control character of `?`.
    static let numbers: [(new: String, old: String)] = [
        ("16#1.8#e1.", "24.0."), ("16#f.f.", "15.9375."), ("16#f.f#e+6.", "267386880.0."),
        ("16#f.f#e-6.", "9.499490261077881e-7."), ("2#1.01#e3.", "10.0."), ("2#1.01.", "1.25."),
        ("10#1.5#e2.", "150.0."),
        ("16#ff.fe#e+6.", "4294836224.0."), ("16#f_f.f_e#e1_0.", "281466386776064.0."), ("3#1.1#e1.", "4.0."),
        ("36#z.z#e1.", "1295.0."), ("16#.f#e1.", "15.0."), ("16#1.8e1.", "1.554931640625."), ("2#1.1_1.", "1.75."),
        ("36#1.z#e-1.", "0.054783950617283944."), ("3#1.1#e-5.", "0.0054869684499314125."),
        ("7#0.123456#e-20.", "2.4367561025147086e-18."), ("16#1.8#E1.", "24.0."), ("16#1.0#e-1000.", "0.0."),
        ("16#1.0#e-1000000000000000000000000.", "0.0."), ("10#1.1.", "1.1."), ("10#0.1.", "0.1."),
        ("3#0.1.", "0.3333333333333333."), ("16#1.fffffffffffff8.", "2.0."),
        ("16#1.fffffffffffff7ff.", "1.9999999999999998."),
        ("-16#1.8.", "-1.5."), ("$\\^?.", "127."),
    ]

    @Test(.enabled(if: OTP.isInstalled), arguments: [Self.sigils, Self.tripleQuoted, Self.numbers])
    func newTextIsReadAsTheOldWayToWriteIt(_ pairs: [(new: String, old: String)]) async throws {
        let answers = try await TextOracle.consult(pairs.map { Array($0.old.utf8) })
        for (pair, answer) in zip(pairs, answers) {
            guard case .terms = answer else {
                Issue.record("\(pair.old): \(answer)")
                continue
            }
            let ours = TextReadingTests.read(Array(pair.new.utf8))
            if ours != answer { Issue.record("\(pair.new): \(answer), we \(ours)") }
        }
    }

    /// What OTP 25 and 27 have as one key are two since then.
    @Test func zeroAndMinusZeroAreTwoKeys() throws {
        let map = try TermText.parseTerm("#{0.0 => a, -0.0 => b}")
        guard case .map(let map) = map else {
            Issue.record("\(map)")
            return
        }
        #expect(map.count == 2)
    }
}
