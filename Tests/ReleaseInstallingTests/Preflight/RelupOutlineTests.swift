import CompatibilityRules
import ErlangTerms
import Testing

@testable import ReleaseInstalling

/// What a script touches.
@Suite struct RelupOutlineTests {
    @Test func everyInstructionIsTakenIn() throws {
        let outline = RelupOutline(
            script: try ScriptText.terms(
                """
                [{load_object_code, {shop, "2", [cart, stock, gone]}}, {apply, {application, load, [shop]}},
                 point_of_no_return, {suspend, [cart, {stock, 100}]}, {load, {cart, brutal_purge, soft_purge}},
                 {load, {stock, soft_purge, brutal_purge}}, {code_change, up, [{cart, []}]}, {resume, [cart]},
                 {resume, [stock]}, {remove, {gone, soft_purge, soft_purge}}, {purge, [other]}, {stop, [till]},
                 {start, [till]}, {apply, {application, start, [bill, permanent]}}, nonsense]
                """))
        #expect(outline.exchanges.map(\.module) == ["cart", "stock", "gone"])
        #expect(outline.exchanges.map(\.killsBefore) == [true, false, false])
        #expect(outline.exchanges.map(\.killsAfter) == [false, true, false])
        #expect(outline.exchanges.map(\.isRemoved) == [false, false, true])
        #expect(outline.purged == ["other"])
        #expect(outline.suspended == ["cart", "stock"])
        #expect(outline.stopped == ["till"])
        #expect(outline.converted == ["cart"])
        #expect(outline.applied.map(\.function) == ["load", "start"])
        #expect(outline.started == ["bill"])
        #expect(outline.walksTrees && !outline.restartsEmulator)
        #expect(outline.modulesOfProcesses == ["cart", "stock", "till"])
        #expect(outline.modulesOfCode == ["cart", "gone", "other", "stock"])
        let window = try #require(outline.windows.first)
        #expect(outline.windows.count == 1)
        #expect(window.start == 3 && window.end == 8)
        #expect(window.exchanged == ["cart", "stock"] && window.converted == ["cart"])
    }

    @Test func restartsAreSeen() throws {
        #expect(RelupOutline(script: [.atom("restart_emulator")]).restartsEmulator)
        #expect(!RelupOutline(script: [.atom("restart_emulator")]).restartsIntoNewEmulator)
        #expect(RelupOutline(script: [.atom("restart_new_emulator")]).restartsIntoNewEmulator)
        #expect(RelupOutline(script: try ScriptText.terms("[{suspend, [a]}]")).windows.map(\.end) == [nil])
    }
}

/// Scripts as text.
enum ScriptText {
    static func terms(_ text: String) throws -> [Term] {
        try #require(try TermText.parseTerm(text).listElements)
    }
}
