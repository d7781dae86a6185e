import DistributionClient
import ErlangTerms
import TestSupport
import Testing

@testable import ReleaseInstalling

/// The agent in a real node.
@Suite(.serialized, .enabled(if: OTP.isInstalled), .timeLimit(.minutes(3))) struct NodeAgentTests {
    @Test func itIsLoadedOnceAndRemovedWithoutTrace() async throws {
        try await AgentFixture.withAgent { connection, agent in
            let facts = try await agent.facts()
            #expect(facts.running["probe"] == "1")
            #expect(facts.running["sasl"] != nil)
            #expect(!facts.hasHeart)
            #expect(facts.processCount > 30 && facts.processCount < facts.processLimit)
            // Loading it again changes nothing: what it does goes on.
            try await agent.startWatch()
            let again = try await NodeAgent.load(on: connection)
            #expect(try await again.sample().watch != nil)
            try await again.remove()
            #expect(try await connection.evaluate("code:is_loaded(relift_agent).") == .atom("false"))
            #expect(try await connection.evaluate("erlang:check_old_code(relift_agent).") == .atom("false"))
            #expect(try await connection.evaluate("logger:get_handler_ids().") == .list([.atom("default")]))
            #expect(
                try await connection.evaluate("[P || P <- registered(), lists:prefix(\"relift\", atom_to_list(P))].")
                    == .emptyList)
        }
    }

    @Test func anAgentOfAnotherReliftIsReplaced() async throws {
        try await AgentFixture.withNode { connection in
            try await connection.evaluate(
                """
                {ok, M, B} = compile:forms([{attribute, 1, module, relift_agent}, {attribute, 1, export, [{old, 0}]},
                    {function, 1, old, 0, [{clause, 1, [], [], [{atom, 1, old}]}]}]), code:load_binary(M, "x", B).
                """)
            #expect(try await connection.evaluate("relift_agent:old().") == .atom("old"))
            let agent = try await NodeAgent.load(on: connection)
            _ = try await agent.facts()
            try await agent.remove()
        }
    }

    @Test func loadedModulesHaveTheirDigestsAndApplications() async throws {
        try await AgentFixture.withAgent { connection, agent in
            let loaded = try await agent.loadedModules()
            #expect(loaded.count == loaded.modules.count)
            let server = try #require(loaded.modules.first { $0.name == "probe_server" })
            #expect(server.application == "probe")
            #expect(server.file?.hasSuffix("probe_server.beam") == true)
            #expect(try await connection.evaluate("probe_server:module_info(md5).") == .binary(server.digest))
        }
    }

    @Test func processesInOldCodeAreFound() async throws {
        try await AgentFixture.withAgent { connection, agent in
            try await connection.evaluate("probe_loop:start().")
            #expect(try await agent.oldCode(of: ["probe_loop"]).modules.isEmpty)
            // Now in current code; afterwards in old code.
            let staying = try await agent.usersStaying(in: ["probe_loop", "probe_server"], suspended: [])
            #expect(staying.map(\.module) == ["probe_loop"])
            #expect(staying.first?.processes.map(\.name) == ["probe_loop"])
            try await connection.evaluate("c:l(probe_loop), code:load_file(probe_server).")
            let old = try await agent.oldCode(of: ["probe_loop"])
            #expect(old.count == 2)
            #expect(old.modules.map(\.module) == ["probe_loop", "probe_server"])
            #expect(old.modules.map(\.count) == [1, 0])
            let process = try #require(old["probe_loop"]?.processes.first)
            #expect(process.name == "probe_loop")
            #expect(process.currentCall == ExternalFunction(module: "probe_loop", function: "loop", arity: 0))
            let sample = try await agent.sample(modules: ["probe_loop", "probe_server"])
            #expect(sample.modulesWithOldCode == 2)
            #expect(sample.lingering == 1)
        }
    }

    @Test func theTreeIsWhatReleaseHandlerFinds() async throws {
        try await AgentFixture.withAgent { connection, agent in
            let tree = try await agent.supervisionTree(of: ["probe_server", "probe_sup", "absent"])
            #expect(tree["absent"]?.count == 0)
            #expect(tree["probe_server"]?.count == 2)
            // The top, and the one that is hidden.
            #expect(tree["probe_sup"]?.count == 2)
            #expect(tree.tops.first { $0.application == "probe" }?.kind == .supervisor)
            #expect(tree.tops.first { $0.application == "stdlib" }?.kind == SupervisionTree.TopKind.none)
            #expect(Set(tree.oddities.map(\.kind)) == [.hiddenSupervisor, .dynamicWorker])
            #expect(tree.oddities.first { $0.kind == .dynamicWorker }?.process?.name == "probe_dynamic")
            // The same as OTP finds, where that does not break.
            try await connection.evaluate("supervisor:terminate_child(probe_sup, dynamic).")
            let rows = try await connection.evaluate("length(release_handler_1:get_supervised_procs()).")
            #expect(rows == .integer(try await agent.supervisionTree(of: []).supervised))
        }
    }

    @Test func suspendedAndBusyProcessesAreFoundWithoutWaitingForThem() async throws {
        try await AgentFixture.withAgent(applications: ["sasl", "probe", "probe_top"]) { connection, agent in
            try await connection.evaluate(
                """
                sys:suspend(probe_fast), gen_server:cast(probe_slow, sleep), timer:sleep(100),
                [probe_slow ! N || N <- lists:seq(1, 50)].
                """)
            let tree = try await agent.supervisionTree(of: ["probe_server"])
            let servers = try #require(tree["probe_server"])
            #expect(servers.suspended == 1)
            #expect(servers.longestQueue == 50)
            #expect(servers.busiest.first?.process.name == "probe_slow")
            let top = try #require(tree.tops.first { $0.application == "probe_top" })
            #expect(top.kind == .other)
            #expect(top.queue == 0, "nothing was sent to it")
            #expect(top.process?.firstCall?.module == "probe_loop")
            try await connection.evaluate("sys:suspend(probe_sup).")
            let without = try await agent.supervisionTree(of: ["probe_server"])
            #expect(without["probe_server"]?.count == 0)
            #expect(without.unasked.contains { $0.reason == .suspended && $0.process?.name == "probe_sup" })
            let sample = try await agent.sample()
            #expect(sample.queues.first?.process.name == "probe_slow")
            #expect(sample.queues.first?.queue == 50)
        }
    }

    @Test func environmentsAreComparedInTheNode() async throws {
        try await AgentFixture.withAgent { connection, agent in
            let before = try await agent.environment(salt: [1, 2, 3])
            try await connection.evaluate(
                "application:set_env(probe, size, 2), application:set_env(probe, extra, 1).")
            let after = try await agent.environment(salt: [1, 2, 3])
            #expect(
                after.changes(since: before) == [
                    .init(application: "probe", parameter: "extra", kind: .added),
                    .init(application: "probe", parameter: "size", kind: .changed),
                ])
            #expect(!after.isCut)
            #expect(try await agent.environment(salt: [4]).digests["probe"] != after.digests["probe"])
            let comparison = try await agent.compareEnvironment(
                from: FileEnvironment(parameters: ["probe": ["size": .integer(1), "secret": .string("hush")]]),
                to: FileEnvironment(
                    parameters: ["probe": ["size": .integer(1), "new": .atom("x")], "later": ["a": .integer(1)]]))
            #expect(
                comparison.rows == [
                    .init(application: "probe", parameter: "extra", live: .a, from: .absent, to: .absent),
                    .init(application: "probe", parameter: "new", live: .absent, from: .absent, to: .a),
                    .init(application: "probe", parameter: "secret", live: .a, from: .a, to: .absent),
                    .init(application: "probe", parameter: "size", live: .a, from: .b, to: .b),
                ])
        }
    }

    @Test func deathsAndReportsAreCounted() async throws {
        try await AgentFixture.withAgent { connection, agent in
            try await agent.startWatch()
            let first = try await agent.sample()
            #expect(first.watch?.deaths == 0)
            try await connection.evaluate(
                """
                logger:error("one"), gen_server:cast(probe_fast, die), timer:sleep(300),
                gen_server:cast(probe_fast, die), timer:sleep(300),
                supervisor:terminate_child(probe_sup, slow), timer:sleep(50).
                """)
            let second = try await agent.sample()
            let watch = try #require(second.watch)
            #expect(watch.deaths == 2)
            #expect(watch.supervisors == [HealthSample.Count("probe_sup", 2)])
            #expect(watch.reported == [HealthSample.Count("probe_sup", 2)])
            #expect(watch.stops == 1)
            #expect(watch.crashReports == 2)
            #expect(watch.supervisorReports == 2)
            #expect(watch.errors >= 1)
            #expect(watch.countsReports)
            #expect(watch.utilisation.map { (0...1000).contains($0) } == true)
            #expect(second.applications.contains("probe"))
            #expect(second.reductions > first.reductions)
            try await agent.stopWatch()
            #expect(try await agent.sample().watch == nil)
        }
    }

    @Test func theTraceMeasuresEachPause() async throws {
        try await AgentFixture.withAgent { connection, agent in
            try await connection.evaluate("supervisor:terminate_child(probe_sup, dynamic).")
            let notSeen = try await agent.startTrace(applied: [
                ExternalFunction(module: "application", function: "start", arity: 1),
                ExternalFunction(module: "absent", function: "f", arity: 0),
            ])
            #expect(notSeen == [ExternalFunction(module: "absent", function: "f", arity: 0)])
            try await connection.runScript(
                """
                [point_of_no_return, {suspend, [probe_server]}, {code_change, up, [{probe_server, []}]},
                 {resume, [probe_server]}, {stop, [probe_sup]}, {start, [probe_sup]},
                 {apply, {application, start, [nowhere]}}, {apply, {application, start, [probe_top]}}]
                """)
            let report = try await agent.stopTrace()
            #expect(report.windows == 2)
            #expect(report.converted == 2)
            // One of the two takes 300 ms to convert, and both wait for it.
            #expect((300_000..<1_500_000).contains(report.longest), "\(report.longest)")
            #expect(report.median <= report.percentile99 && report.percentile99 <= report.longest)
            #expect(["probe_fast", "probe_slow"].contains(report.longestProcess?.name))
            #expect(report.unanswered.isEmpty && report.unresumed.isEmpty)
            #expect(report.applied.count == 2)
            guard case .error(let reason)? = report.applied.first?.outcome else {
                Issue.record("\(report.applied)")
                return
            }
            #expect(reason.contains("nowhere.app"))
            #expect(report.applied.last?.outcome == .ok)
            #expect(report.restarted.map(\.child) == ["hidden"])
            #expect(report.restarted.first?.microseconds != nil)
            #expect(
                try await connection.evaluate("erlang:trace_info({sys, suspend, 1}, traced).")
                    == .tuple(.atom("traced"), .atom("false")))
        }
    }

    @Test func whatSomebodyElseTracesIsLeftAlone() async throws {
        try await AgentFixture.withAgent { connection, agent in
            try await connection.evaluate(
                "spawn(fun() -> erlang:trace(whereis(release_handler), true, [send]), timer:sleep(60000) end), timer:sleep(50)."
            )
            await #expect(throws: AgentError.self) { try await agent.startTrace(applied: []) }
            await #expect(throws: AgentError.self) { try await agent.stopTrace() }
        }
    }
}
