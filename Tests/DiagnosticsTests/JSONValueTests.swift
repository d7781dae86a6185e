import Diagnostics
import Testing

@Suite struct JSONValueTests {
    @Test func valuesAreWrittenInTheOrderGiven() {
        let value: JSONValue = [
            "z": 1, "a": [true, false, .null, -3, "x"], "empty": [], "none": [:], "n": .number(0.1),
            "big": .number(1e300),
            "infinite": .number(.infinity),
        ]
        #expect(
            value.text
                == #"{"z":1,"a":[true,false,null,-3,"x"],"empty":[],"none":{},"n":0.1,"big":1e+300,"infinite":null}"#)
    }

    @Test func prettyTextHasALineForEachElement() {
        let value: JSONValue = ["a": [1, ["b": 2]], "c": [], "d": [:]]
        #expect(
            value.prettyText == """
                {
                  "a": [
                    1,
                    {
                      "b": 2
                    }
                  ],
                  "c": [],
                  "d": {}
                }
                """)
    }

    @Test func stringsAreEscaped() {
        let value = JSONValue.string("\"\\/\n\r\t\u{0}\u{1f}\u{7f}\u{9f}\u{2028}å日🎉")
        #expect(value.text == #""\"\\/\n\r\t\u0000\u001f\u007f\u009f\u2028å日🎉""#)
        #expect(JSONValue.object([("a\"b", 1)]).text == #"{"a\"b":1}"#)
    }

    @Test func absentValuesAreNullOrLeftOut() {
        #expect(
            JSONValue.array([.optional(String?.none), .optional("a"), .optional(Int?.none), .optional(1)]).text
                == #"[null,"a",null,1]"#)
        #expect(JSONValue.object(present: ["a": nil, "b": 1]).text == #"{"b":1}"#)
    }

    @Test func findingsHaveTheContractsForm() {
        let file = SourceFile(path: "a.appup", bytes: Array("å\nжx".utf8))
        let place = Diagnostic.Place.source(SourceRange(file, ByteRange(5, 6)))
        let finding = Diagnostic(
            .init("appup/module-not-covered"), .error, "s", at: place, explanation: "e",
            notes: [.init("n"), .init("m", at: place)], help: ["h", "i"], application: "shop_cart",
            module: "cart_server",
            direction: .up)
        #expect(
            finding.json.text
                == #"{"id":"appup/module-not-covered","severity":"error","summary":"s","application":"shop_cart","#
                + #""module":"cart_server","direction":"up","location":{"file":"a.appup","line":2,"column":2},"#
                + #""explanation":"e","notes":["n","m (a.appup:2:2)"],"help":"h\ni"}"#)
        #expect(
            Diagnostic(.init("a/b"), .note, "s").json.text
                == #"{"id":"a/b","severity":"note","summary":"s","notes":[],"help":""}"#)
    }

    @Test func binaryFilesHaveAnOffset() {
        let finding = Diagnostic(
            .init("beam/x"), .warning, "s",
            at: .binary(.init(path: "x.beam", module: "x", function: "f/1", chunk: "Code", offset: 12, line: 3)))
        #expect(
            finding.json.text
                == #"{"id":"beam/x","severity":"warning","summary":"s","module":"x","location":{"file":"x.beam","line":3,"#
                + #""module":"x","function":"f/1","chunk":"Code","offset":12},"notes":[],"help":""}"#)
    }
}
