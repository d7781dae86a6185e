import ErlangTerms
import TestSupport
import Testing

/// Segments of binaries, every combination of value, size and types that could matter, held against the installed OTP.
@Suite(.enabled(if: OTP.isInstalled)) struct TextSegmentTests {
    private static let values = [
        "-3", "123456789012345678901234567890", "1.5", "1.0e300", "$ж", "55296", "\"aж\"", "\"\"",
        "<<1,2,3>>", "<<1,2:3>>", "a",
    ]
    private static let sizes = ["", ":0", ":1", ":12", ":16", ":32", ":64", ":(-1)", ":all"]
    private static let types = [
        "", "integer", "float", "binary", "bytes", "bits", "bitstring", "utf8", "utf16", "utf32", "little", "big",
        "native",
        "signed", "integer-little-signed", "float-little", "utf16-little", "utf32-little", "utf8-signed", "bits-unit:8",
        "bitstring-unit:1", "binary-unit:16", "binary-unit:1", "unit:8", "integer-unit:3", "float-unit:2",
        "utf8-unit:1",
        "unit:8-unit:8", "unit:8-unit:4", "binary-little", "signed-unsigned", "little-little", "float-integer",
        "bits-bytes",
        "foo", "all",
    ]

    @Test func segmentsAreBuiltAsOTPBuildsThem() async throws {
        var texts: [[UInt8]] = []
        for value in Self.values {
            for size in Self.sizes {
                for type in Self.types {
                    let types = type.isEmpty ? "" : "/\(type)"
                    texts.append(Array("<<3:3,\(value)\(size)\(types),5:5>>.".utf8))
                }
            }
        }
        let answers = try await TextOracle.consult(texts)
        var differences = 0
        for (text, answer) in zip(texts, answers) where differences < 10 {
            let ours = TextReadingTests.read(text)
            switch (ours, answer) {
            case (.refused, .refused): continue
            case (.terms, _), (.refused, .terms):
                guard ours != answer else { continue }
                differences += 1
                Issue.record("\(String(decoding: text, as: UTF8.self)): OTP \(answer), we \(ours)")
            }
        }
    }
}
