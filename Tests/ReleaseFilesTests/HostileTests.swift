import Diagnostics
import ErlangTerms
import ReleaseFiles
import SystemPackage
import TestSupport
import Testing

/// No file, however damaged, makes a reader trap or answer with neither a value nor an error.
@Suite struct HostileTests {
    /// One good file of each format that uses most of what the format has.
    private static let files: [(path: String, text: String)] = [
        (
            "x.rel",
            "{release,{\"s\",\"1\"},{erts,\"13\"},[{kernel,\"8\"},{stdlib,\"4\",permanent},{a,\"1\",[b]},{b,\"1\",load,[]}]}."
        ),
        (
            "x.app",
            """
            {application,a,[{description,"d"},{vsn,"1"},{id,"i"},{modules,[m]},{registered,[r]},{applications,[k,o]},
            {optional_applications,[o]},{included_applications,[b]},{env,[{k,#{a=>1}}]},{maxT,5},{maxP,infinity},
            {start_phases,[{p,[]}]},{mod,{m,[]}},{runtime_dependencies,["k-1"]}]}.
            """
        ),
        (
            "x.appup",
            "{\"2\",[{\"1\",[{load_module,m}]},{<<\"1\\\\.[0-9]+\">>,[]}],[{\"1\",[{update,m,{advanced,[]}}]}]}."
        ),
        ("relup", "{\"2\",[{\"1\",[],[point_of_no_return,{load,{m,brutal_purge,brutal_purge}}]}],[{\"1\",d,[]}]}."),
        ("x.script", "{script,{\"s\",\"1\"},[{preLoaded,[init]},{progress,preloaded},{path,[\"$ROOT\"]}]}."),
        ("RELEASES", "[{release,\"s\",\"1\",\"13\",[{kernel,\"8\",\"lib/kernel-8\"}],permanent}]."),
        ("start_erl.data", "13.1.5 1.0"),
        ("sys.config", "[{kernel,[{k,1},{l,\"x\"}]},\"more\",{sasl,[]}]."),
        ("vm.args", "-name a@b # c\n-setcookie 'x y'\n+P 1000 -kernel k \"{a}\" -env A B -extra -x\\ y\n"),
    ]

    private func check(_ bytes: [UInt8], _ path: String) {
        let (isRead, diagnostics) = AnyFile.read(bytes, path: path)
        #expect(isRead != diagnostics.hasErrors, "\(path): \(bytes)")
    }

    @Test(arguments: files.map(\.path)) func everyPrefixIsReadOrRefused(_ path: String) throws {
        let bytes = Array(try #require(Self.files.first { $0.path == path }).text.utf8)
        let (isRead, diagnostics) = AnyFile.read(bytes, path: path)
        #expect(isRead && diagnostics.isEmpty)
        for count in 0..<bytes.count { self.check(Array(bytes.prefix(count)), path) }
    }

    @Test(arguments: files.map(\.path)) func everyChangedByteIsReadOrRefused(_ path: String) throws {
        let bytes = Array(try #require(Self.files.first { $0.path == path }).text.utf8)
        var random = SeededGenerator(seed: 1)
        for index in bytes.indices {
            for _ in 0..<6 {
                var changed = bytes
                changed[index] =
                    random.chance(50)
                    ? random.pick(Array("[]{}<>\"',.|#$%-09aA \\\n".utf8)) : UInt8.random(in: 0...255, using: &random)
                self.check(changed, path)
            }
        }
    }

    @Test func everyDamageToABootFileIsReadOrRefused() throws {
        let term = try TermText.parseTerm(
            "{script,{\"s\",\"1\"},[{preLoaded,[init]},{progress,preloaded},{path,[\"$ROOT/lib\"]},{apply,{a,b,[{c,1.5}]}}]}"
        )
        for style in ExternalTerm.AtomStyle.allCases {
            let bytes = ExternalTerm.encode(term, atoms: style)
            for count in 0..<bytes.count { self.check(Array(bytes.prefix(count)), "x.boot") }
            for index in bytes.indices {
                for value in (0..<8).map({ bytes[index] ^ (1 << $0) }) + [0, 0xff] {
                    var changed = bytes
                    changed[index] = value
                    self.check(changed, "x.boot")
                }
            }
        }
    }

    /// Terms that fit no format, in the place of every part of a good one.
    @Test(arguments: ["x.rel", "x.app", "x.appup", "relup", "x.script", "RELEASES", "sys.config"])
    func everyWrongPartIsReadOrRefused(_ path: String) throws {
        let text = try #require(Self.files.first { $0.path == path }).text
        let term = try TermText.parseTerm(String(text.dropLast()))
        let strange = try [
            "x", "7", "-1", "123456789012345678901234567890", "1.5", "[]", "{}", "{x}", "[x|y]", "<<1>>", "<<1:3>>",
            "#{}",
            "[1114112]", "[55296]", "\"\"", "\"..\"", "\"a/b\"", "''", "'..'", "[[]]", "{x,y,z,w,v,u}", "[{x,y}|z]",
        ].map { try TermText.parseTerm($0) }
        for replacement in strange {
            for changed in Self.replacements(in: term, by: replacement) {
                self.check(TermPrinter.file([changed]), path)
            }
        }
    }

    /// The term with each of its parts replaced in turn.
    private static func replacements(in term: Term, by replacement: Term) -> [Term] {
        func parts(_ elements: [Term], _ make: ([Term]) -> Term) -> [Term] {
            elements.indices.flatMap { index in
                Self.replacements(in: elements[index], by: replacement).map { changed in
                    var copy = elements
                    copy[index] = changed
                    return make(copy)
                }
            }
        }
        if case .tuple(let elements) = term { return [replacement] + parts(elements) { .tuple($0) } }
        if case .list(let elements) = term, term.stringValue == nil {
            return [replacement] + parts(elements) { .list($0) }
        }
        return [replacement]
    }
}
