import Diagnostics
import ErlangTerms
import HostFiles
import ReleaseLoading
import ReleaseModel
import SystemPackage
import TestSupport
import Testing

@Suite struct UndefinedFunctionsTests {
    /// One cross reference: applications with their folders, and the library path; all as both sides name them.
    struct Question: Sendable {
        var applications: [(name: String, folder: String)]
        var libraries: [String]

        var term: Term {
            .tuple(
                .list(self.applications.map { .tuple(.atom($0.name), .string($0.folder)) }),
                .list(self.libraries.map { .string($0) }))
        }

        /// Our answer, as systools would make it.
        func answer() async throws -> Term {
            let applications = try self.applications.map { name, folder in
                Application(
                    specification: ApplicationSpecification(
                        name: try #require(ApplicationName(validating: Atom(name))),
                        version: try #require(ApplicationVersion(validating: "1"))), directory: folder)
            }
            let search = UndefinedFunctions(
                libraryFolders: self.libraries.map { FilePath($0) }, target: .otp25, parallelism: 2,
                files: HostFileSystem())
            var findings: [Diagnostic] = []
            do {
                let functions = try await search.find(in: applications, &findings)
                return .list(functions.map { .tuple(.atom($0.module), .atom($0.function), .integer($0.arity)) })
            } catch {
                return error.otpReason
            }
        }
    }

    /// What systools gets from the real xref for each question; `prepare` runs before, with `Folder` bound.
    static func answers(
        to questions: [Question], prepare: String = "ok", in folder: FilePath
    ) async throws -> [Term] {
        try File.write(ExternalTerm.encode(.list(questions.map(\.term))), to: folder.appending("questions"))
        _ = try await OTP.evaluate(
            """
            Folder = "\(folder)",
            {ok, Questions} = file:read_file("questions"),
            begin \(prepare) end,
            Answers = [begin
                {ok, _} = xref:start(x, [{xref_mode, modules}]),
                {ok, _} = xref:set_default(x, verbose, false),
                Result = case xref:set_library_path(x, Libraries) of
                    ok ->
                        Sorted = sofs:to_external(sofs:relation(Applications)),
                        Added = lists:foldl(
                            fun({App, Dir}, ok) ->
                                case xref:add_application(x, Dir, {name, App}) of
                                    {ok, _} -> ok;
                                    Error -> {modules, [{error, Error}]}
                                end;
                               (_, Error) -> Error
                            end, ok, Sorted),
                        case Added of
                            ok -> case xref:analyze(x, undefined_functions) of
                                {ok, Functions} -> Functions;
                                Error -> {modules, [{error, Error}]}
                            end;
                            Error -> Error
                        end;
                    Error -> {'EXIT', {{badmatch, Error}, []}}
                end,
                xref:stop(x),
                Result
            end || {Applications, Libraries} <- binary_to_term(Questions)],
            ok = file:write_file("answers", term_to_binary(Answers))
            """, workingDirectory: folder)
        return try #require(try ExternalTerm.decode(try File.read(folder.appending("answers"))).listElements)
    }

    static func compare(_ questions: [Question], prepare: String = "ok", in folder: FilePath) async throws -> [Term] {
        let answers = try await self.answers(to: questions, prepare: prepare, in: folder)
        try #require(answers.count == questions.count)
        for (question, answer) in zip(questions, answers) {
            let ours = try await question.answer()
            // Of several errors in one folder xref names the one that its readers meet first.
            let kinds = [ours, answer].compactMap(self.kind)
            #expect(
                ours == answer || (kinds.count == 2 && kinds.contains(.atom("module_clash"))),
                """
                \(TermPrinter.line(question.term))
                ours \(TermPrinter.line(ours))
                OTP  \(TermPrinter.line(answer))
                """)
        }
        return answers
    }

    // MARK: - OTP's own applications

    @Test(.enabled(if: OTP.isInstalled))
    func applicationsOfOTPGiveTheAnswersOfXref() async throws {
        let root = try #require(OTP.root)
        let listed = try await Program.run("sh", ["-c", "ls -d \(root)/lib/*/ebin"]).output
        let folders = listed.split(separator: "\n").map(String.init)
        func named(_ names: String...) -> [(name: String, folder: String)] {
            names.compactMap { name in
                folders.first { $0.contains("/lib/\(name)-") }.map { (name: name, folder: $0) }
            }
        }
        func ebin(_ names: String...) -> [String] { names.flatMap { named($0).map(\.folder) } }
        let questions = [
            Question(applications: named("kernel", "sasl"), libraries: folders),
            Question(applications: named("mnesia", "crypto", "sasl"), libraries: ebin("stdlib", "erts")),
            Question(applications: named("tools", "ftp", "erts"), libraries: ebin("kernel")),
            Question(applications: named("eldap", "eldap", "sasl"), libraries: folders.reversed()),
            Question(applications: [], libraries: folders),
        ]
        try await withTemporaryFolder { folder in
            let answers = try await Self.compare(questions, in: folder)
            #expect(answers.contains { ($0.listElements?.count ?? 0) > 100 })
        }
    }

    // MARK: - Made modules

    @Test(.enabled(if: OTP.isInstalled))
    func randomModulesGiveTheAnswersOfXref() async throws {
        try await withTemporaryFolder { folder in
            var generator = RandomModules(seed: 11, folder: folder)
            let questions = (0..<50).map { generator.next($0) }
            try File.write(Array(generator.script.utf8), to: folder.appending("make.sh"))
            try #require(await Program.run("sh", ["make.sh"], in: folder).status == 0)
            let answers = try await Self.compare(questions, prepare: RandomModules.compilation, in: folder)
            #expect(answers.count { $0.listElements?.isEmpty == false } > 8)
            #expect(Set(answers.compactMap(Self.kind)).count >= 5, "\(Set(answers.compactMap(Self.kind)))")
        }
    }

    /// The kind of an error.
    private static func kind(_ answer: Term) -> Term? {
        guard case .tuple(let error) = answer else { return nil }
        guard case .list(let list) = error[1], case .tuple(let first)? = list.first, case .tuple(let inner) = first[1],
            case .tuple(let reason) = inner[2]
        else { return error[0] }
        return reason[0]
    }

    @Test(.enabled(if: OTP.isInstalled))
    func systoolsGivesTheSameWarning() async throws {
        try await withTemporaryFolder { folder in
            try await SmallRelease.write(in: folder)
            let source = "-module(m). -export([f/0]). f() -> lists:nothing(), n:f(), lists:reverse([])."
            try File.write(Array(source.utf8), to: folder.appending("m.erl"))
            try #require(await Program.run("erlc", ["-o", "lib/a-1/ebin", "m.erl"], in: folder).status == 0)
            let path = ["kernel", "stdlib", "sasl", "a"].map { "lib/\($0)-1/ebin" }
            let name = try #require(ApplicationName(validating: "a"))
            let options: [[Term]] = [
                [.atom("exref")], [.tuple(.atom("exref"), .list([.atom("a")]))],
                [.tuple(.atom("exref"), .list([.atom("sasl"), .atom("b")]))],
            ]
            let runs = options.map { SystoolsRun(base: "small", path: path, options: $0) }
            let answers = try await SystoolsRun.answers(to: runs, in: folder)
            let root = try #require(OTP.root)
            let stdlib = try await Program.run("sh", ["-c", "ls -d \(root)/lib/stdlib-*/ebin"]).output
            let libraries = path.map { folder.appending($0) } + [FilePath(String(stdlib.prefix { $0 != "\n" }))]
            let other = try #require(ApplicationName(validating: "b"))
            let selections: [[ApplicationName]?] = [nil, [name], [.sasl, other]]
            for ((run, answer), only) in zip(zip(runs, answers), selections) {
                let ours = try await run.answer(in: folder) { applications in
                    let search = UndefinedFunctions(
                        libraryFolders: libraries, target: .otp25, parallelism: 2, files: HostFileSystem())
                    var findings: [Diagnostic] = []
                    let undefined = try await search.find(in: applications, only: only, &findings)
                    return ReleaseResolution.Options(undefinedFunctions: .success(undefined))
                }
                #expect(ours == answer, "\(TermPrinter.line(ours)) OTP: \(TermPrinter.line(answer))")
            }
            #expect(answers[0] == answers[1])
            #expect(answers[0] != answers[2])
        }
    }
}
