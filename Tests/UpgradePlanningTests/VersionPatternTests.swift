import ErlangTerms
import TestSupport
import Testing

@testable import UpgradePlanning

/// Version patterns, compared with `re:run/3` of the real OTP.
@Suite struct VersionPatternTests {
    @Test(arguments: [
        ("1.0", "1\\.0", true), ("1.0", "1|1.0", false), ("1.0", "1.0|1", true), ("1.0.1", "1\\..*?", false),
        ("1.0.1", "1\\..*", true), ("1.2.3", "1\\.[0-2]\\.\\d+", true), ("1.3.3", "1\\.[0-2]\\.\\d+", false),
        ("11.0", "1.0", false), ("", "", true), ("1", "", false), ("", "x*", true), ("1.0", "0", false),
    ])
    func theFirstMatchMustBeTheWholeVersion(version: String, pattern: String, isHit: Bool) throws {
        #expect(try VersionPattern(pattern).matches(version) == isHit)
    }

    /// Whether the author of a pattern can have meant a version that OTP does not take it for.
    @Test(arguments: [
        ("1.0", "1|1.0", true, "1"), ("1.0", "1.0|1", true, "1.0"), ("1.0.1", "1\\..*?", true, "1."),
        ("1.0.1", "2\\..*?", false, nil), ("1.0", "(?>1|1.0)", false, "1"), ("11.0", "1.0", false, nil),
        ("1.0", "1.0$", true, "1.0"), ("a", "(?x)a # all", true, "a"),
    ])
    func coversSaysWhatAnAnchoredPatternWould(
        version: String, pattern: String, isCovered: Bool, found: String?
    ) throws {
        let pattern = try VersionPattern(pattern)
        #expect(try pattern.covers(version) == isCovered)
        #expect(try pattern.firstMatch(in: version) == found)
    }

    @Test(arguments: [
        "1.0^", "1\\z0", "1$0", "[^\\s\\S]", "(?!)", "a(?!)|1^", "(1[^\\d\\D])+", "(?=[^\\w\\W])1", "1+\\A.*",
    ])
    func aPatternThatMatchesNothingIsSeen(pattern: String) throws {
        #expect(try VersionPattern(pattern).matchesNothing)
    }

    @Test(arguments: [
        "", "^", "$", "^1.0$", "1$|^2", "1*^2", "(?!1)2", "[^\\s]", "1$\\n", "(1|2^)", "(1^)?2", "\\b1\\b", "a*\\Ab",
    ])
    func aPatternThatMatchesSomethingIsNotBlamed(pattern: String) throws {
        #expect(try !VersionPattern(pattern).matchesNothing)
    }

    /// Every construct, on versions that tell one reading from another.
    private static let byHand: [(String, [String])] = [
        ("^*a", ["a"]), ("a**", ["a"]), ("a{2}{3}", ["aaaaaa"]), ("a{2}+", ["aa", "aaa"]), ("(?=a)*a", ["a"]),
        ("(?=a){0}b", ["b"]), ("a{,3}", ["a{,3}"]), ("a\\", ["a"]), ("\\b+a", ["a"]), ("\\y", ["y"]),
        ("(?<n>a)(?<n>b)", ["ab"]), ("[a-\\d]", ["a", "-"]), ("[\\d-z]", ["-"]), ("[:alpha:]", ["a"]),
        ("[[.a.]]", ["a"]), ("[[=a=]]", ["a"]), ("[[:foo:]]", ["a"]), ("[]", ["a"]), ("(?<=a+)b", ["ab"]),
        (")", ["a"]), ("(", ["a"]), ("}", ["}"]), ("]", ["]"]), ("a{2,1}", ["a"]), ("a{65536}", ["a"]),
        ("a{65535}", ["a"]), ("\\1", ["a"]), ("\\10", ["\u{8}"]), ("\\8", ["8"]), ("\\81", ["81", "Q"]),
        ("\\118", ["\t8"]), ("\\x{110000}", ["a"]), ("\\x{d800}", ["a"]), ("(?P=n)", ["a"]), ("(?<1a>a)", ["a"]),
        ("(?i)A|B", ["a", "b"]), ("a(?i)b|c", ["aB", "C", "AB"]), ("(?x)a +", ["aa", "a +"]),
        ("(?x)a # c\n b", ["ab"]), ("(?#c)a", ["a"]), ("(?#c", ["a"]), ("[b-a]", ["a"]), ("()*", [""]),
        ("(a|)*", ["aa"]), ("(a*)*b", ["ab", "aab"]), ("(|a)+", ["", "a", "aaa"]), ("(|a)+?$", ["a", "aa"]),
        ("(a|){5}", ["aaa"]), ("(|a){2,5}$", ["aaa"]), ("(?:|a)*?b", ["aab"]), ("((?:a|)*?)b", ["aaab"]),
        ("(|aa|a){0,2}(?:b|$)", ["aaab", "aaa", "aa"]), ("\\Qa.\\E", ["a.", "ab"]), ("\\Qab\\E+", ["abb", "aba"]),
        ("a\\Q\\E+", ["aa"]), ("\\Q\\E*", [""]), ("\\Ea", ["a"]), ("\\Qa", ["a"]), ("(a)\\g{-1}", ["aa"]),
        ("(a)\\g1", ["aa"]), ("(a)\\g{1}", ["aa"]), ("(a)\\g-1", ["aa"]), ("\\g{0}", ["a"]), ("\\g{a", ["a"]),
        ("(?P<n>a)(?P=n)", ["aa"]), ("(?<n>a)\\k<n>", ["aa"]), ("(?'n'a)\\k'n'", ["aa"]), ("(?<n>a)\\k{n}", ["aa"]),
        ("(?<n>a)\\g{n}", ["aa"]), ("\\k{n}(?<n>a)", ["a"]), ("(\\1a)", ["a", "aa"]), ("(?:\\1a|(a))+", ["aa", "aaa"]),
        ("(?:(a)|b)*\\1", ["aa", "aba", "abab"]), ("\\2(a)(b)?", ["a"]), ("\\N", ["a", "\n"]), ("(?s)\\N", ["\n"]),
        (".", ["\n", "\r", "a"]), ("(?s).", ["\n"]), ("(?s:a.)", ["a\n"]), ("a$", ["a", "a\n"]), ("a\\Z", ["a\n"]),
        ("a\\z", ["a", "a\n"]), ("a$\n", ["a\n"]), ("(?m)a$\n^b", ["a\nb"]), ("\\R", ["\r\n", "\n", "\u{2028}"]),
        ("\\R\n", ["\r\n"]), ("^$", [""]), ("\\Ga", ["a"]), ("a\\b", ["a"]), ("\\Ba", ["a"]), ("(?-i)a", ["a"]),
        ("(?i-s:A)", ["a"]), ("((?i)a)b", ["Ab", "AB"]), ("(?i", ["a"]), ("(?z)a", ["a"]), ("a|*", ["a"]),
        ("{1}a", ["{1}a"]), ("a{1", ["a{1"]), ("a{}", ["a{}"]), ("a{1,x}", ["a{1,x}"]), ("a{01}", ["a"]),
        ("a{0}", ["", "a"]), ("(a){0}b", ["b"]), ("a{2,}?", ["aa", "aaa"]), ("a{1,2}+a", ["aa", "aaa"]),
        ("(?>a|ab)c", ["abc", "ac"]), ("(?>ab|a)b", ["ab", "abb"]), ("a*+ab", ["aab"]), ("a++b", ["aab"]),
        ("(?:a|b)*+", ["aab"]), ("a?+ab", ["aab", "ab"]), ("(a)?+a", ["aa", "a"]), ("(?!b)a", ["a"]),
        ("(?=(a))\\1b", ["ab"]), ("(?=(a+?))\\1ab", ["aab"]), ("(?!(b))\\1a", ["a"]), ("(?!a)*ab", ["ab"]),
        ("(?!a)+ab", ["ab"]), ("(?=b){1,5}a", ["a"]), ("a(?<=a)b", ["ab"]), ("ab(?<=a|ab)c", ["abc"]),
        ("a(?<!b)c", ["ac"]), ("(?<=)a", ["a"]), ("a(?<=a{2})c", ["ac"]), ("a(?<=(a|bc))c", ["ac"]),
        ("a(?<=\\R)", ["a"]), ("\\cA", ["\u{1}"]), ("\\c", ["a"]), ("\\c{", [";"]), ("\\0", ["\0"]),
        ("\\08", ["\u{0}8"]), ("\\40", [" "]), ("\\400", ["\u{100}"]), ("\\x{}", ["a"]), ("\\x6g", ["\u{6}g"]),
        ("\\xg", ["\0g"]), ("\\o{141}", ["a"]), ("\\o{8}", ["a"]), ("\\o", ["a"]), ("[[:alpha:]-z]", ["a", "-"]),
        ("[a-[:digit:]]", ["a"]), ("[\\x61-z]", ["m"]), ("[z-\\x61]", ["a"]), ("[a\\-z]", ["-", "m"]),
        ("[]a]", ["]", "a"]), ("[^]a]", ["a", "b"]), ("[[]", ["["]), ("[[:]", [":", "["]), ("[[:alpha]]", ["a]"]),
        ("[[:^digit:]]", ["a", "1"]), ("[^[:^alpha:]]", ["a", "1"]), ("[\\Wa]", ["a", "b", "-"]),
        ("[^a]", ["\u{12c}", "\n"]), ("[ā-ă]", ["ā", "Ĭ"]), ("(?i)[[:lower:]]", ["A"]), ("(?i)[^[:lower:]]", ["A"]),
        ("(?i)[a-f]", ["C", "\u{e9}"]), ("(?i)k", ["\u{212a}"]), ("(?i)[^s]", ["\u{17f}"]), ("(?i)é", ["É"]),
        ("[a-c-e]", ["b", "-", "d"]), ("[\\b]", ["\u{8}"]), ("[\\w]", ["é", "Ĭ"]), ("\\W", ["Ĭ", "é"]),
        ("\\h", ["\u{a0}", " ", "\u{2003}"]), ("\\v", ["\u{85}", "\n"]), ("\\s", ["\u{a0}", "\u{b}"]),
        ("\\d", ["\u{b2}", "7"]), ("[[:punct:]]", ["§", "_", "é"]), ("[[:ascii:]]", ["é", "Ĭ"]),
        ("[[:upper:]][[:lower:]]", ["Éé", "eé", "ªº"]), ("[[:print:]]", ["\u{a0}", "\t"]),
        ("[[:graph:]]", ["\u{a0}", " "]), ("[[:cntrl:]]", ["\u{85}", "\u{7f}"]), ("[[:xdigit:]]+", ["aF9"]),
        ("\\Ka", ["a"]), ("\\p{L}", ["a"]), ("\\X", ["a"]), ("(?R)?a", ["a"]), ("(a)(?1)", ["aa"]),
        ("(?(1)a)", ["a"]), ("(?|a|b)", ["b"]), ("(?C1)a", ["a"]), ("(*COMMIT)a", ["a"]), ("(*foo)a", ["a"]),
        ("(?^i)A", ["a"]), ("(?U)a+", ["aa"]), ("(?J)a", ["a"]), ("a(?#x)+", ["aa"]), ("(?x)a + +", ["aa"]),
        ("(?x)^a+ ?a", ["aaa", "aa"]), ("(?", ["a"]), ("(?)a", ["a"]), ("(?--i)a", ["a"]), ("(?i-i)A", ["a"]),
        ("(?:a", ["a"]), ("\\u0061", ["a"]), ("\\L", ["a"]), ("\\N{U+61}", ["a"]), ("[\\N]", ["N"]),
        ("(?<a-b>a)", ["a"]), ("(?P<>a)", ["a"]), ("(?<abcdefghijklmnopqrstuvwxyzabcdefghijklmnop>a)", ["a"]),
    ]

    @Test(.enabled(if: OTP.isInstalled)) func equalsTheRealEngineByHand() async throws {
        try await Self.compare(Self.byHand.flatMap { pattern, versions in versions.map { (pattern, $0) } })
    }

    @Test(.enabled(if: OTP.isInstalled)) func equalsTheRealEngineAtRandom() async throws {
        var generator = SeededGenerator(seed: 4711)
        let pieces = [
            "a", "b", "1", "\\.", ".", "(", ")", "(?:", "(?>", "(?=", "(?!", "(?<=", "|", "*", "+", "?", "*?", "+?",
            "*+",
            "{2}", "{1,2}", "{0,1}?", "[ab]", "[^a]", "[a-c1]", "\\d", "\\w", "\\1", "^", "$", "\\b", "(a)", "(?i)",
            "B",
            "[[:alpha:]]", "(a|b)", "(|a)", "\\2", "[", "]", "{", "\\", "-", "a*", "(?<n>b)",
        ]
        var cases: [(String, String)] = []
        for _ in 0..<2500 {
            let count = Int.random(in: 1...7, using: &generator)
            let pattern = (0..<count).map { _ in pieces[Int.random(in: pieces.indices, using: &generator)] }.joined()
            for _ in 0..<3 {
                let length = Int.random(in: 0...5, using: &generator)
                let version = (0..<length).map { _ in
                    ["a", "b", "A", "1", "."][Int.random(in: 0..<5, using: &generator)]
                }
                cases.append((pattern, version.joined()))
            }
        }
        try await Self.compare(cases)
    }

    /// Where we give an answer it is OTP's; where OTP refuses the pattern so do we; what we call malformed OTP refuses.
    private static func compare(_ cases: [(pattern: String, version: String)]) async throws {
        let arguments = Term.list(
            cases.map { .tuple(.binary(Array($0.pattern.utf8)), .string($0.version)) })
        let answers = try await SystoolsOracle.evaluate(
            """
            fun({Pattern, Version}) ->
                try re:run(Version, Pattern, [unicode, {capture, first, list}]) of
                    {match, [Version]} -> hit;
                    {match, _} -> other;
                    nomatch -> other
                catch error:badarg -> malformed
                end
            end
            """, arguments)
        var hits = 0
        for ((pattern, version), answer) in zip(cases, answers.listElements ?? []) {
            let ours: Atom
            do throws(VersionPattern.Problem) {
                ours = try VersionPattern(pattern).matches(version) ? "hit" : "other"
            } catch {
                switch error {
                case .malformed: ours = "malformed"
                case .unsupported: continue
                case .tooExpensive: ours = "too_expensive"
                }
            }
            if ours == "hit" { hits += 1 }
            #expect(answer == .atom(ours), "`\(pattern)` on `\(version)`")
        }
        #expect(hits > 100)
    }

    @Test func refusesWhatItDoesNotUnderstand() {
        for pattern in ["\\p{L}", "(?R)", "(?(1)a)", "\\X", "(*ACCEPT)", "(?U)a", "\\K", "a{,2}", "[\\d-z]", "(?|a)"] {
            do throws(VersionPattern.Problem) {
                _ = try VersionPattern(pattern)
                Issue.record("`\(pattern)` was taken")
            } catch {
                guard case .unsupported = error else {
                    Issue.record("`\(pattern)`: \(error)")
                    continue
                }
            }
        }
    }

    @Test(arguments: [
        "(a+)+b", "(a*)*b", "((a|aa)+)+b", "(.*.*.*.*.*)*b", "(?:(?:a?){100}){100}b", "(()*)*b", "(?:){65535}",
        "((?:){65535}){65535}", "(?=(a+)+b)", "(\\1?a)+b",
    ])
    func endsOnHostilePatterns(pattern: String) throws {
        do throws(VersionPattern.Problem) {
            #expect(try VersionPattern(pattern).matches(String(repeating: "a", count: 60), limit: 100_000) == false)
        } catch {
            #expect(error == .tooExpensive)
        }
    }

    @Test func endsOnHostileTexts() {
        let pieces = [
            "(", "[", "{", "(?", "(?:", "\\", "[[:", "[:a[.a", "{1", "(?#", "\\Q", "(?<", "|", "[^", "(?i", "a{1,",
        ]
        for piece in pieces {
            for count in [1, 2, 249, 251, 4_000] {
                let pattern = String(repeating: piece, count: count)
                for suffix in ["", ")", "]", "}", "a"] { _ = try? VersionPattern(pattern + suffix).matches("1.0") }
            }
        }
    }
}
