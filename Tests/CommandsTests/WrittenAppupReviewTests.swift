import SystemPackage
import TestSupport
import Testing

/// What `relift plan` and `relift relup` say of appups that people wrote.
@Suite(.enabled(if: OTP.isInstalled)) struct WrittenAppupReviewTests {
    private static func lines(_ errors: String, _ word: String) -> [Substring] {
        errors.split(separator: "\n").filter { $0.contains("[") && $0.contains(word) && $0.contains(": ") }
            .filter { $0.contains("error") || $0.contains("warning") }
    }

    private func world(_ folder: FilePath, _ up: String, _ down: String) async throws -> AppupCommandTests.World {
        let world = try await AppupCommandTests.World(folder)
        try await world.application("1", ["cart": "f() -> 1.", "cart_old": "g() -> 1.", "same": "f() -> 1."])
        try await world.application(
            "2", ["cart": "f() -> cart_new:g().", "cart_new": "g() -> 2.", "same": "f() -> 1."])
        try await world.write(AppupCommandTests.file, "{\"2\",[{\"1\",[\(up)]}],[{\"1\",[\(down)]}]}.\n")
        return world
    }

    private static let up = "{add_module,cart_new},{load_module,cart,[cart_new]},{delete_module,cart_old}"
    private static let down = "{add_module,cart_old},{load_module,cart,[cart_new]},{delete_module,cart_new}"

    @Test func aRightAppupIsFine() async throws {
        try await withTemporaryFolder { folder in
            let plan = try await self.world(folder, Self.up, Self.down).relift("plan", "old.rel", "new.rel")
            #expect(plan.status == 0 && !plan.errors.contains("appup/"), "\(plan.errors)")
        }
    }

    @Test func whatIsMissingIsSaidOnceForEachWay() async throws {
        try await withTemporaryFolder { folder in
            let world = try await self.world(folder, "{load_module,cart},{delete_module,cart_old}", Self.down)
            let plan = try await world.relift("plan", "old.rel", "new.rel")
            let lines = Self.lines(plan.errors, "`cart_new`")
            #expect(plan.status == 1 && lines.count == 1, "\(plan.errors)")
            #expect(lines.first?.contains("cart.appup:1:") ?? false, "\(plan.errors)")
            #expect(plan.errors.contains("add `{add_module,cart_new}`"), "\(plan.errors)")
        }
    }

    @Test func whatDoesNotFitTheCodeIsSaid() async throws {
        try await withTemporaryFolder { folder in
            let world = try await self.world(folder, Self.up + ",{load_module,same}", Self.down)
            let plan = try await world.relift("plan", "old.rel", "new.rel")
            #expect(plan.status == 0 && plan.errors.contains("[appup/module-not-changed]"), "\(plan.errors)")
            try await world.write(
                AppupCommandTests.file,
                "{\"2\",[{\"1\",[\(Self.up),{load_module,cartt}]}],[{\"1\",[\(Self.down)]}]}.\n")
            let wrong = try await world.relift("plan", "old.rel", "new.rel")
            #expect(wrong.status == 1 && Self.lines(wrong.errors, "`cartt`").count == 1, "\(wrong.errors)")
        }
    }

    // MARK: - relup

    private static let server = """
        -behaviour(gen_server).
        -record(s, {FIELDS}).
        init(A) -> {ok, #s{a = A}}.
        handle_call(_, _, #s{a = A} = S) -> {reply, A, S}.
        """

    @Test func aRelupWarnsOfStatesUnlessTheApplicationRestarts() async throws {
        try await withTemporaryFolder { folder in
            let world = try await AppupCommandTests.World(folder)
            try await world.application("1", ["cart": Self.server.replacing("FIELDS", with: "a, b")])
            try await world.application("2", ["cart": Self.server.replacing("FIELDS", with: "a, b, c")])
            for (script, ways) in [("{load_module,cart}", 2), ("{restart_application,cart}", 0)] {
                let entry = "[{\"1\",[\(script)]}]"
                try await world.write(AppupCommandTests.file, "{\"2\",\(entry),\(entry)}.\n")
                let run = try await world.relift("relup", "new.rel", "--from", "old.rel", "--output", ".")
                #expect(run.status == 0, "\(run.errors)")
                #expect(Self.lines(run.errors, "[appup/state-shape-changed]").count == ways, "\(script)\n\(run.errors)")
                #expect(!run.errors.contains("error"), "\(run.errors)")
            }
        }
    }
}
