package import Diagnostics
package import ErlangTerms
package import HostFiles
import ReleaseFiles
package import ReleaseModel
package import SystemPackage

/// An appup that somebody committed: `APP.appup`, or `APP.appup.src`, in which `%VSN%` stands for the version.
package struct CommittedAppup: Sendable {
    package let path: FilePath
    /// As it is written.
    package let written: Appup
    /// With the version in place of `%VSN%`; the same entries and instructions as ``written``.
    package let meaning: Appup
    /// Its text, for places.
    package let file: TermFile?
    /// How many comments a rewritten file would lack.
    package let comments: Int
    /// Why the file must not be written anew; nil where it may.
    package let obstacle: String?

    /// What stands for the version in `.appup.src`.
    private static let placeholder = "%VSN%"

    /// Reads a file; nil where there is none, and after a finding of error severity.
    package init?(
        _ path: FilePath, version: ApplicationVersion, _ files: HostFileSystem, _ findings: inout [Diagnostic]
    ) {
        guard files.isFile(path) else { return nil }
        do {
            let bytes = try files.readFile(path, limit: LoadingLimits.textFile)
            self.init(path, bytes, version: version, &findings)
        } catch {
            findings.append(error.diagnostic)
            return nil
        }
    }

    /// An appup that was read elsewhere, and lies where it cannot be written: in a tarball.
    package init(_ path: FilePath, _ appup: Appup) {
        self.path = path
        self.written = appup
        self.meaning = appup
        self.file = nil
        self.comments = 0
        self.obstacle = "it lies in a tarball"
    }

    /// Reads the bytes of a file.
    init?(_ path: FilePath, _ bytes: [UInt8], version: ApplicationVersion, _ findings: inout [Diagnostic]) {
        var obstacle: String?
        var problems: [Diagnostic] = []
        var found = Self.parse(SourceFile(path: path.string, bytes: bytes), &problems)
        let isSource = path.string.hasSuffix(".src")
        if found == nil, isSource {
            // Only a text with the version in it is a term: `%` begins a comment outside of strings.
            problems = []
            found = Self.parse(
                SourceFile(path: path.string, bytes: Self.substituting(version.text, in: bytes)), &problems)
            obstacle = "`%VSN%` stands outside of a string, and would be lost"
        }
        findings += problems
        guard let (appup, file) = found else { return nil }
        if !problems.isEmpty { obstacle = "parts of it are not understood, and would be lost" }
        self.path = path
        self.written = appup
        self.meaning = isSource ? Self.substituting(version, in: appup) : appup
        self.file = file
        self.comments = Self.comments(bytes)
        self.obstacle = obstacle
    }

    private static func parse(_ source: SourceFile, _ findings: inout [Diagnostic]) -> (Appup, TermFile)? {
        let term = FirstTerm.reading(source, named: source.path)
        findings += term.diagnostics
        guard let located = term.value else { return nil }
        let appup = AppupFile.reading(located, in: source)
        findings += appup.diagnostics
        return appup.value.map { ($0, TermFile(source: source, terms: [located])) }
    }

    /// Lines that hold a comment, but for the one that tells the encoding. A `%` in a string counts only where a line
    /// begins with it.
    private static func comments(_ bytes: [UInt8]) -> Int {
        bytes.split(separator: UInt8(ascii: "\n")).count { line in
            let text = line.drop { $0 == 32 || $0 == 9 }
            guard text.first == UInt8(ascii: "%") || Self.hasTrailingComment(text) else { return false }
            return !String(decoding: text, as: UTF8.self).contains("coding: ")
        }
    }

    private static func hasTrailingComment(_ line: ArraySlice<UInt8>) -> Bool {
        var quote: UInt8?
        var isEscaped = false
        for byte in line {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") || (quote == nil && byte == UInt8(ascii: "$")) {
                isEscaped = true
            } else if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: "%") {
                return true
            }
        }
        return false
    }

    // MARK: - %VSN%

    private static func substituting(_ version: String, in bytes: [UInt8]) -> [UInt8] {
        let mark = Array(Self.placeholder.utf8)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if bytes[index...].starts(with: mark) {
                result += Array(version.utf8)
                index += mark.count
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }

    private static func substituting(_ version: ApplicationVersion, in appup: Appup) -> Appup {
        func key(_ key: Appup.Key) -> Appup.Key {
            switch key {
            case .exact(let text): .exact(Self.text(text, version))
            case .pattern(let text): .pattern(Self.text(text, version))
            }
        }
        func entries(_ entries: [Appup.Entry]) -> [Appup.Entry] {
            entries.map { Appup.Entry(key: key($0.key), script: $0.script.map { Self.term($0, version) }) }
        }
        return Appup(version: key(appup.version), up: entries(appup.up), down: entries(appup.down))
    }

    private static func text(_ text: String, _ version: ApplicationVersion) -> String {
        guard text.contains(Self.placeholder) else { return text }
        return String(decoding: Self.substituting(version.text, in: Array(text.utf8)), as: UTF8.self)
    }

    private static func term(_ term: Term, _ version: ApplicationVersion) -> Term {
        if let text = term.stringValue, text.contains(Self.placeholder) { return .string(Self.text(text, version)) }
        switch term {
        case .tuple(let elements): return .tuple(elements.map { Self.term($0, version) })
        case .list(let elements): return .list(elements.map { Self.term($0, version) })
        case .atom, .integer, .bigInteger, .float, .binary, .bitString, .pid, .port, .reference, .externalFunction,
            .closure, .nativeRecord, .improperList, .map:
            return term
        }
    }
}
