import SystemPackage
import TestSupport
import Testing

/// Behaviours of a project's own, as a user tells relift of them.
@Suite(.enabled(if: OTP.isInstalled)) struct BehaviourOptionsTests {
    private static func world(_ folder: FilePath) async throws -> AppupCommandTests.World {
        let world = try await AppupCommandTests.World(folder)
        for (version, other) in [("1", "cart_old"), ("2", "cart_new")] {
            try await world.application(
                version,
                [
                    "cart": "-behaviour(my_server).\ncode_change(_, S, _) -> {ok, S}.\nf() -> \(version).",
                    other: "g() -> \(version).",
                ])
        }
        return world
    }

    @Test func theFlagAndTheManifestSayWhatABehaviourIs() async throws {
        try await withTemporaryFolder { folder in
            let world = try await Self.world(folder)
            let unknown = try await world.relift("appup", "old.rel", "new.rel", "--dry-run")
            #expect(unknown.status == 0 && unknown.errors.contains("[appup/unknown-behaviour]"), "\(unknown.errors)")
            #expect(unknown.output.contains("{load_module,cart}"))
            let told = try await world.relift(
                "appup", "old.rel", "new.rel", "--dry-run", "--behaviour", "my_server=gen_server")
            #expect(told.status == 0 && told.errors.isEmpty, "\(told.errors)")
            #expect(told.output.contains("{update,cart,{advanced,[]}}"))
            // The manifest is for every run; its other settings, wrong or not, are not looked at.
            try await world.write(
                "relift.config", "{appup, [{behaviours, [{my_server, gen_server}, {x, code}]}]}.\n{no_such_key, 1}.\n")
            for command in ["appup", "plan"] {
                let run = try await world.relift(command, "old.rel", "new.rel")
                #expect(run.status == 0 && !run.errors.contains("behaviour"), "\(run.errors)")
                #expect(run.output.contains("gen_server by its behaviour `my_server`"))
            }
            // The flag goes before it.
            let code = try await world.relift(
                "plan", "old.rel", "new.rel", "--behaviour", "my_server=code", "--appups", "none")
            #expect(code.output.contains("called by others through behaviour `my_server`"))
        }
    }

    @Test(arguments: [
        ("{appup, [{behaviours, [{my_server, gen_servant}]}]}.", "relift.config:1:24: error: a behaviour is a pair"),
        ("{appup, [{behaviors, []}]}.", "relift.config:1:10: error: `appup` takes"),
        ("{appup, my_server}.", "relift.config:1:1: error: `appup` takes"), ("{appup, ", "relift.config:"),
    ])
    func aWrongManifestIsAFinding(text: String, message: String) async throws {
        try await withTemporaryFolder { folder in
            let world = try await Self.world(folder)
            try await world.write("relift.config", text + "\n")
            for command in ["appup", "plan"] {
                let run = try await world.relift(command, "old.rel", "new.rel")
                #expect(run.status == 1 && run.errors.contains(message), "\(run.errors)")
            }
            let build = try await Program.run(["build", "--manifest", "relift.config"], in: folder)
            #expect(build.status == 1 && build.errors.contains(message), "\(build.errors)")
        }
    }

    @Test(arguments: ["my_server", "my_server=gen_servant", "=gen_server"])
    func aWrongFlagIsAUsageError(value: String) async throws {
        let run = try await Program.run(["appup", "old.rel", "new.rel", "--behaviour", value])
        #expect(run.status == 64 && run.errors.contains("NAME=KIND"), "\(run.errors)")
    }
}
