import Diagnostics
import TestSupport
import Testing

@Suite struct JSONParsingTests {
    @Test(arguments: [
        "null", "true", "[1,-2,0]", #"{"a":{"b":["c"]},"d":""}"#, #""\"\\\n\u0001ä🎉""#, "[]", "{}", "[1.5,-0.25]",
    ])
    func whatIsWrittenIsRead(text: String) throws {
        #expect(try JSONValue(parsing: Array(text.utf8)).text == text)
        #expect(try JSONValue(parsing: Array(" \n\(text)\t\r\n".utf8)).text == text)
    }

    @Test(arguments: [
        (#""\u00e4\ud83c\udf89\/\b\f""#, "ä🎉/\u{8}\u{c}"), (#""\ud83cx\udf89""#, "\u{fffd}x\u{fffd}"),
        (#""\ud83c\u0041""#, "\u{fffd}A"),
    ])
    func escapesAreRead(text: String, value: String) throws {
        #expect(try JSONValue(parsing: Array(text.utf8)).stringValue == value)
    }

    @Test(arguments: [
        "", "nul", "[1", "[1 2]", "{1:2}", #"{"a" 1}"#, "01", "1.", "-", "1e", "+1", "[1,]", "{,}", #""a"#, "\"\n\"",
        #""\x""#,
        #""\u12g4""#, "1 2", "'a'", "1e999", #"{"a":1,}"#, "[,1]",
    ])
    func whatIsNoJSONIsRefused(text: String) {
        #expect(throws: JSONValue.SyntaxError.self) { try JSONValue(parsing: Array(text.utf8)) }
    }

    @Test func depthIsLimited() {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        #expect(throws: Never.self) { try JSONValue(parsing: nested(JSONValue.depthLimit)) }
        #expect(throws: JSONValue.SyntaxError.self) { try JSONValue(parsing: nested(JSONValue.depthLimit + 1)) }
        #expect(throws: JSONValue.SyntaxError.self) { try JSONValue(parsing: nested(1_000_000)) }
    }

    @Test func bytesThatAreNoTextAreRefused() {
        #expect(throws: JSONValue.SyntaxError.self) { try JSONValue(parsing: [0x22, 0xff, 0x22]) }
    }
}
