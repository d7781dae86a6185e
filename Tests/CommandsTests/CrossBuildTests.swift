import SystemPackage
import TestSupport
import Testing

/// Building where there is no Erlang, and for another processor than this host's.
@Suite struct CrossBuildTests {
    /// The start of an ELF file of 64 bits, least byte first.
    private static func object(_ machine: UInt8) -> [UInt8] {
        [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1] + Array(repeating: 0, count: 9) + [3, 0, machine, 0]
            + Array(repeating: 0, count: 44)
    }

    private static let x8664: UInt8 = 62
    private static let arm64: UInt8 = 183

    /// A folder `otp` as another platform's installation would be, and a manifest; then `relift build` without `erl`.
    private func build(
        _ manifest: String, _ arguments: [String] = [], emulator: UInt8 = arm64, library: UInt8 = arm64,
        then: (FilePath, Program.Run) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            func write(_ bytes: [UInt8], _ path: String, isProgram: Bool = false) async throws {
                let path = folder.appending(path)
                _ = try await Program.run("mkdir", ["-p", path.removingLastComponent().string])
                try File.write(bytes, to: path)
                if isProgram { _ = try await Program.run("chmod", ["+x", path.string]) }
            }
            for (name, uses) in [
                ("kernel", ""), ("stdlib", "kernel"), ("sasl", "kernel,stdlib"), ("crypto", "kernel,stdlib"),
            ] {
                let text = """
                    {application,\(name),[{description,""},{vsn,"8"},{modules,[]},{registered,[]},{applications,[\(uses)]}]}.
                    """
                try await write(Array(text.utf8), "otp/lib/\(name)-8/ebin/\(name).app")
            }
            // A program that would be seen to have run.
            let witness = "#!/bin/sh\ntouch \(folder)/ran\n"
            try await write(Array(witness.utf8), "otp/bin/erl", isProgram: true)
            try await write(Array(witness.utf8), "otp/erts-15.0/bin/erl", isProgram: true)
            try await write(Self.object(emulator), "otp/erts-15.0/bin/beam.smp", isProgram: true)
            try await write(Self.object(library), "otp/lib/crypto-8/priv/lib/crypto.so")
            try await write(Self.object(library), "otp/lib/crypto-8/priv/bin/helper", isProgram: true)
            try await write(Array(witness.utf8), "otp/lib/crypto-8/priv/bin/script", isProgram: true)
            try File.write(Array(manifest.utf8), to: folder.appending("relift.config"))
            let run = try await Program.run(
                ["build", "--output", "out"] + arguments, in: folder, environment: ["PATH": "/nowhere"])
            try await then(folder, run)
            let ran = try await Program.run("test", ["-e", folder.appending("ran").string])
            #expect(ran.status != 0, "a program of the other platform was run")
        }
    }

    private static let release = "{release, {small, \"1\"}, [sasl, crypto]}.\n"

    @Test(arguments: [
        ("", ["--otp", "otp"]),
        ("{include_erts, \"otp\"}. {system_libs, \"otp/lib\"}.", []),
        ("{include_erts, \"otp\"}. {system_libs, \"otp\"}.", []),
        ("{include_erts, \"otp\"}. {lib_dirs, [\"otp/lib\"]}.", []),
    ])
    func anotherPlatformsFolderIsEnough(settings: String, arguments: [String]) async throws {
        try await self.build(Self.release + settings, arguments) { folder, run in
            #expect(run.status == 0 && !run.errors.contains("warning"), "\(run.errors)")
            let members = try await Program.run("tar", ["tzf", "out/small-1.tar.gz"], in: folder)
            for member in ["erts-15.0/bin/beam.smp", "lib/crypto-8/priv/lib/crypto.so", "releases/1/start.boot"] {
                #expect(members.output.contains(member + "\n"), "\(member)")
            }
        }
    }

    @Test func librariesOfAnotherProcessorAreToldOf() async throws {
        try await self.build(Self.release, ["--otp", "otp"], library: Self.x8664) { _, run in
            #expect(run.status == 0 && run.errors.contains("[build/other-processor]"), "\(run.errors)")
            #expect(run.errors.contains("is for x86-64, 64 bits, ELF"))
            #expect(run.errors.contains("for AArch64, 64 bits, ELF"))
            // The second file of the application is a note, the script none.
            #expect(run.errors.matches(of: /build\/other-processor/).count == 1)
            #expect(run.errors.contains("crypto.so") && run.errors.contains("helper") && !run.errors.contains("script"))
        }
    }

    /// What the host is to bring says nothing about a processor.
    @Test func withoutRuntimeSystemNothingIsCompared() async throws {
        try await self.build(
            "{release, {small, \"1\"}, {erts, \"15.0\"}, [sasl, crypto]}. {include_erts, false}. {lib_dirs, [\"otp/lib\"]}.",
            library: Self.x8664
        ) { _, run in
            #expect(run.status == 0 && !run.errors.contains("other-processor"), "\(run.errors)")
        }
    }

    @Test(arguments: [
        ("", [], "build/no-runtime", "there is no Erlang runtime system on this host"),
        ("{include_erts, \"gone\"}.", [], "build/no-runtime", "in `gone`"),
        ("{include_erts, \"otp\"}.", [], "release/application-not-found", "kernel"),
        ("{include_erts, \"otp\"}. {system_libs, \"gone\"}.", [], "build/no-system-libraries", "gone"),
        ("", ["--otp", "gone"], "release/no-such-otp", "gone"),
    ])
    func whatIsNotThereIsToldOf(settings: String, arguments: [String], id: String, words: String) async throws {
        try await self.build(Self.release + settings, arguments) { folder, run in
            #expect(run.status == 1 && run.errors.contains("[\(id)]") && run.errors.contains(words), "\(run.errors)")
            #expect(run.errors.contains("help: "))
            let made = try await Program.run("test", ["-e", folder.appending("out").string])
            #expect(made.status != 0)
        }
    }
}
