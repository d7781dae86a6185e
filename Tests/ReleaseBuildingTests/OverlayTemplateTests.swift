import Diagnostics
import TestSupport
import Testing

@testable import ReleaseBuilding

@Suite struct OverlayTemplateTests {
    static let scope = OverlayValue.variables([
        .init(name: "name", value: .text(Array("brew & sons".utf8))),
        .init(name: "on", value: .flag(true)), .init(name: "off", value: .flag(false)),
        .init(name: "none", value: .list([])), .init(name: "empty", value: .text([])),
        .init(
            name: "beers",
            value: .list([
                .variables([.init(name: "beer", value: .text(Array("Helles".utf8)))]),
                .variables([.init(name: "beer", value: .text(Array("Bock".utf8)))]),
            ])),
        .init(name: "words", value: .list([.text(Array("a".utf8)), .text(Array("b".utf8))])),
        .init(
            name: "town",
            value: .variables([.init(name: "river", value: .text(Array("Main".utf8)))])),
    ])

    private func render(_ text: String) -> (text: String?, findings: [Diagnostic]) {
        var findings: [Diagnostic] = []
        let bytes = Array(text.utf8)
        let template = OverlayTemplate(bytes, at: .file(SourceFile(path: "t", bytes: bytes)), &findings)
        let result = template?.render(Self.scope, &findings)
        return (result.map { String(decoding: $0, as: UTF8.self) }, findings)
    }

    @Test(arguments: [
        ("", ""), ("plain", "plain"), ("{{name}}", "brew & sons"), ("a{{ name }}b", "abrew & sonsb"),
        ("{{{name}}}{{&name}}", "brew & sonsbrew & sons"), ("{{on}} {{off}}", "true false"),
        ("{{#on}}x{{/on}}{{#off}}y{{/off}}{{#gone}}z{{/gone}}", "x"),
        ("{{^on}}x{{/on}}{{^off}}y{{/off}}{{^gone}}z{{/gone}}{{^none}}n{{/none}}", "yzn"),
        ("{{#empty}}a text that is there{{/empty}}", "a text that is there"),
        ("{{#beers}}[{{beer}}{{name}}]{{/beers}}", "[Hellesbrew & sons][Bockbrew & sons]"),
        ("{{#words}}{{.}},{{/words}}", "a,b,"), ("{{town.river}}", "Main"), ("{{#town}}{{river}}{{/town}}", "Main"),
        ("a{{! nothing }}b", "ab"), ("a\n{{! nothing }}\nb", "a\nb"),
        ("a\n  {{#on}}  \nb\n{{/on}}\nc", "a\nb\nc"), ("{{#on}}\r\nb\r\n{{/on}}\r\n", "b\r\n"),
        ("{{=<% %>=}}<%name%>{{name}}<%={{ }}=%>{{on}}", "brew & sons{{name}}true"),
        ("{{#on}}{{#off}}x{{/off}}{{^off}}y{{/off}}{{/on}}", "y"), ("{ {name} }", "{ {name} }"),
    ])
    func templatesAreMustache(_ template: String, _ expected: String) {
        let (text, findings) = self.render(template)
        #expect(findings == [])
        #expect(text == expected)
    }

    @Test(arguments: [
        ("a\nb {{nmae}}", "t:2:3", "overlay/missing-variable"), ("{{town.lake}}", "t:1:1", "overlay/missing-variable"),
        ("{{#beers}}{{wine}}{{/beers}}", "t:1:11", "overlay/missing-variable"),
        ("{{name", "t:1:1", "overlay/bad-template"), ("x{{}}", "t:1:2", "overlay/bad-template"),
        ("{{#on}}", "t:1:1", "overlay/bad-template"), ("{{/on}}", "t:1:1", "overlay/bad-template"),
        ("{{#on}}{{#off}}{{/on}}{{/off}}", "t:1:16", "overlay/bad-template"),
        ("{{> part}}", "t:1:1", "overlay/bad-template"), ("{{=x=}}", "t:1:1", "overlay/bad-template"),
        ("{{{name}}", "t:1:1", "overlay/bad-template"),
    ])
    func whatIsWrongIsShownWhereItStands(_ template: String, _ place: String, _ id: String) {
        let (text, findings) = self.render(template)
        #expect(text == nil)
        #expect(findings.map(\.id.rawValue) == [id])
        #expect(findings.first?.place.label == place)
    }

    @Test func aVariableThatIsNearlyThereIsNamed() {
        #expect(self.render("{{nmae}}").findings.first?.help == ["did you mean `name`?"])
    }

    @Test func sectionsInASectionThatIsOffAreNotLookedAt() {
        #expect(self.render("{{#off}}{{gone}}{{/off}}").text == "")
    }

    @Test func bytesThatAreNoTextStay() {
        var findings: [Diagnostic] = []
        let bytes: [UInt8] = [0xff, 0x7b, 0x7b] + Array("on}}".utf8) + [0xfe, 0]
        let template = OverlayTemplate(bytes, at: .file(SourceFile(path: "t", bytes: bytes)), &findings)
        #expect(template?.render(Self.scope, &findings) == [0xff] + Array("true".utf8) + [0xfe, 0])
    }

    // MARK: - Hostile input

    static let whole = "a{{#beers}}\n{{beer}} {{{name}}}{{^off}}x{{/off}}\n{{/beers}}{{! c }}{{=<% %>=}}<%on%>"

    @Test func everyPrefixAndChangedByteIsReadWithoutHarm() {
        let bytes = Array(Self.whole.utf8)
        for index in bytes.indices {
            for changed in [Array(bytes[..<index])]
                + "{}#/^=>!. ".utf8.map({ byte in
                    var copy = bytes
                    copy[index] = byte
                    return copy
                })
            {
                var findings: [Diagnostic] = []
                let template = OverlayTemplate(changed, at: .file(SourceFile(path: "t", bytes: changed)), &findings)
                let rendered = template?.render(Self.scope, &findings)
                #expect((rendered == nil) == findings.hasErrors)
            }
        }
    }

    @Test func listsInListsDoNotRunAway() {
        let list = OverlayValue.list(Array(repeating: .flag(true), count: 1000))
        let scope = OverlayValue.variables([.init(name: "l", value: list)])
        let depth = 6
        let text = String(repeating: "{{#l}}", count: depth) + "x" + String(repeating: "{{/l}}", count: depth)
        var findings: [Diagnostic] = []
        let bytes = Array(text.utf8)
        let template = OverlayTemplate(bytes, at: .file(SourceFile(path: "t", bytes: bytes)), &findings)
        #expect(template?.render(scope, &findings) == nil)
        #expect(findings.map(\.id.rawValue) == ["overlay/bad-template"])
        let deep = String(repeating: "{{#l}}", count: 100)
        #expect(self.render(deep).findings.map(\.id.rawValue) == ["overlay/bad-template"])
    }
}
