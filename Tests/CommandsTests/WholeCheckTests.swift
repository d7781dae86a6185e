import CompatibilityRules
import Diagnostics
import ReleaseModel
import SystemPackage
import TestSupport
import Testing

/// What `check` and `plan` make of all that is found.
@Suite(.enabled(if: OTP.isInstalled)) struct WholeCheckTests {
    private static func write(_ example: Explanation.Example, in folder: FilePath) async throws {
        for (name, version) in Explanation.File.leftOut {
            try await ExplanationTests.write(.application(name, version), in: folder)
        }
        for file in example.files { try await ExplanationTests.write(file, in: folder) }
        for command in example.commands.dropLast() {
            #expect(try await ExplanationTests.run(command, in: folder).status == 0, "\(command)")
        }
    }

    /// An application that does not change, with a child that is not found and a module that is not listed.
    private static let bell: [Explanation.File] = [
        .application("bell", "1", modules: ["bell", "bell_sup"]),
        .source(
            "bell", "1", "bell_sup", "-behaviour(supervisor).", "-export([init/1]).",
            "init([]) -> {ok, {#{}, [#{id => bell, start => {bell,start_link,[]}, modules => [ball]}]}}."),
        .source(
            "bell", "1", "bell", "-behaviour(gen_server).",
            "-export([start_link/0, init/1, handle_call/3, handle_cast/2]).",
            "start_link() -> gen_server:start_link({local,bell}, bell, [], []).", "init([]) -> {ok, 0}.",
            "handle_call(_, _, Count) -> {reply, ok, Count}.", "handle_cast(_, Count) -> {noreply, Count}."),
        .source("bell", "1", "clapper", "-export([price/0]).", "price() -> 1."),
        .source("shop", "1", "shop", "-export([price/0]).", "price() -> 1."),
        .source("shop", "2", "shop", "-export([price/0]).", "price() -> 2."),
        .appup("shop", "2", #"{"2", [{"1",[{load_module,shop}]}], [{"1",[{load_module,shop}]}]}."#),
        .release("shop-1.rel", "1", [#"{shop,"1"}"#, #"{bell,"1"}"#]),
        .release("shop-2.rel", "2", [#"{shop,"2"}"#, #"{bell,"1"}"#]),
    ]

    @Test func whatBothReleasesHaveIsSaidOnce() async throws {
        try await withTemporaryFolder { folder in
            try await Self.write(.hop(Self.bell), in: folder)
            let one = try await ExplanationTests.run("relift check shop-2.rel --lib lib", in: folder)
            let two = try await ExplanationTests.run("relift check shop-1.rel shop-2.rel --lib lib", in: folder)
            for id in ["process/wrong-modules", "appup/module-not-listed"] {
                #expect(one.output.matches(of: try Regex("\\[\(id)\\]")).count == 1, "\(one.output)")
                #expect(two.output.matches(of: try Regex("\\[\(id)\\]")).count == 1, "\(two.output)")
            }
            #expect(!one.output.contains("has it, too"))
            #expect(two.output.matches(of: /note: shop 1 has it, too/).count == 2, "\(two.output)")
            #expect(two.output.contains("   hot   1 warning, 1 note"), "\(two.output)")
        }
    }

    @Test func aPlanIsKeptOnlyWithoutErrorsOfAnyRule() async throws {
        try await withTemporaryFolder { folder in
            try await Self.write(UndefinedAfter.explanation.example, in: folder)
            let plan = "relift plan shop-1.rel shop-2.rel --lib lib --out hop.plan"
            let refused = try await ExplanationTests.run(plan, in: folder)
            #expect(refused.status == 1 && refused.errors.contains("[relup/undefined-after]"), "\(refused.errors)")
            #expect(refused.errors.contains("the plan is not kept in hop.plan: it has errors"))
            let list = try await Program.run("ls", [folder.string])
            #expect(!list.output.contains("hop.plan"))
            // The project's word counts, as it does for `check`.
            let settings = "{check, [{severity, 'relup/undefined-after', warning}]}.\n"
            try File.write(Array(settings.utf8), to: folder.appending("relift.config"))
            let kept = try await ExplanationTests.run(plan, in: folder)
            #expect(kept.status == 0 && kept.errors.contains("wrote hop.plan"), "\(kept.errors)")
        }
    }

    @Test func whoWaitsIsToldWhatIsRead() async throws {
        try await withTemporaryFolder { folder in
            try await Self.write(.hop(Self.bell), in: folder)
            let arguments = ["check", "shop-1.rel", "--lib", "lib", "--otp", "none"]
            let shown = try await Program.run(arguments, in: folder, environment: ["CI": ""])
            #expect(shown.errors == "reading shop-1.rel\n")
            let quiet = try await Program.run(arguments + ["--quiet"], in: folder, environment: ["CI": ""])
            #expect(quiet.errors.isEmpty && quiet.output == shown.output)
            let machine = try await Program.run(arguments, in: folder, environment: ["CI": "true"])
            #expect(machine.errors.isEmpty && machine.output == shown.output)
        }
    }
}
