package import Diagnostics
package import ReleaseModel

/// `releases/start_erl.data` (and `new_start_erl.data`): which ERTS and which release the start script boots. One line,
/// `ERTSVersion ReleaseVersion`, a single space, no newline.
package struct StartErlData: Hashable, Sendable {
    package var runtime: RuntimeVersion
    package var release: ReleaseVersion

    package init(runtime: RuntimeVersion, release: ReleaseVersion) {
        self.runtime = runtime
        self.release = release
    }

    /// Reads as the start script does: any white space separates, and may surround, the two words.
    package static func read(_ source: SourceFile, _ diagnostics: inout [Diagnostic]) -> StartErlData? {
        let words = source.bytes.words()
        guard words.count == 2 else {
            let place: Diagnostic.Place =
                words.count > 2
                ? .source(SourceRange(source, ByteRange(words[2].lowerBound, source.bytes.count)))
                : .file(source.path)
            diagnostics.append(
                Diagnostic(
                    .startErlDataNotTwoWords, .error,
                    "expected a version of ERTS and a version of the release, found \(words.count) word"
                        + (words.count == 1 ? "" : "s"), at: place, explanation: "The node will not start.",
                    help: ["write one line: `ERTSVERSION RELEASEVERSION`"]))
            return nil
        }
        let runtime = self.name(words[0], in: source, &diagnostics) { RuntimeVersion(validating: $0) }
        let release = self.name(words[1], in: source, &diagnostics) { ReleaseVersion(validating: $0) }
        guard let runtime, let release else { return nil }
        return StartErlData(runtime: runtime, release: release)
    }

    /// The bytes of the file: no newline at the end.
    package static func write(_ data: StartErlData) -> [UInt8] {
        Array("\(data.runtime.text) \(data.release.text)".utf8)
    }

    private static func name<Name>(
        _ range: Range<Int>, in source: SourceFile, _ diagnostics: inout [Diagnostic], _ make: (String) -> Name?
    ) -> Name? {
        if let name = String(validating: source.bytes[range], as: UTF8.self).flatMap(make) { return name }
        diagnostics.append(
            Diagnostic(
                .startErlDataUnsafeName, .error, "this is not the name of a folder",
                at: .source(SourceRange(source, ByteRange(range.lowerBound, range.upperBound))),
                explanation: "The start script looks for folders of these versions.",
                help: ["write one line: `ERTSVERSION RELEASEVERSION`"]))
        return nil
    }
}

extension [UInt8] {
    /// The ranges between white space.
    fileprivate func words() -> [Range<Int>] {
        var words: [Range<Int>] = []
        var start: Int?
        for (index, byte) in self.enumerated() {
            if byte == 0x20 || (0x09...0x0d).contains(byte) {
                if let begin = start { words.append(begin..<index) }
                start = nil
            } else if start == nil {
                start = index
            }
        }
        if let begin = start { words.append(begin..<self.count) }
        return words
    }
}
