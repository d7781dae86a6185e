import BeamFiles
import SystemPackage
import TestSupport
import Testing

/// What a native library says of itself, against the emulator that loads it.
@Suite(.timeLimit(.minutes(5))) struct NativeLibraryTests {
    private static let root = OTP.root ?? "/usr/lib/erlang"

    private static func otpLibrary(_ pattern: String) async throws -> FilePath? {
        let found = try await Program.run("find", [root.appending("lib").string, "-path", "*/priv/*\(pattern).so"])
        return found.output.split(separator: "\n").first.map { FilePath(String($0)) }
    }

    /// Compiles a library; `functions` are those of `load`, `upgrade` and `unload` that it has.
    private func compile(
        _ functions: Set<String>, flags: [String] = [], linkage: String = "static", in folder: FilePath
    ) async throws -> FilePath {
        func name(_ function: String) -> String { functions.contains(function) ? function : "NULL" }
        try File.write(
            Array(
                """
                #include <erl_nif.h>
                static ERL_NIF_TERM one(ErlNifEnv *e, int c, const ERL_NIF_TERM v[]) { return enif_make_int(e, 1); }
                static ErlNifFunc functions[] = {{"one", 0, one}};
                \(linkage) int load(ErlNifEnv *e, void **d, ERL_NIF_TERM i) { return 0; }
                \(linkage) int upgrade(ErlNifEnv *e, void **d, void **o, ERL_NIF_TERM i) { return 0; }
                \(linkage) void unload(ErlNifEnv *e, void *d) { }
                ERL_NIF_INIT(shelf, functions, \(name("load")), NULL, \(name("upgrade")), \(name("unload")))

                """.utf8), to: folder.appending("shelf.c"))
        let library = folder.appending("shelf.so")
        let run = try await Program.run(
            "cc",
            ["-shared", "-fPIC", "-I", Self.root.appending("usr/include").string] + flags + [
                "-o", library.string, folder.appending("shelf.c").string,
            ])
        #expect(run.status == 0, "\(run.errors)")
        return library
    }

    @Test(
        .enabled(if: OTP.isInstalled),
        arguments: [[], ["load"], ["upgrade"], ["load", "upgrade"], ["unload"], ["load", "upgrade", "unload"]],
        [[], ["-O2", "-s"], ["-Wl,-z,pack-relative-relocs"]] as [[String]])
    func theFunctionsOfACompiledLibraryAreSeen(functions: Set<String>, flags: [String]) async throws {
        for linkage in ["static", ""] {
            try await withTemporaryFolder { folder in
                let path = try await self.compile(functions, flags: flags, linkage: linkage, in: folder)
                let library = try NativeLibrary(parsing: try File.read(path))
                #expect(library.entries.map(\.module) == ["shelf"])
                #expect(library.entries.first?.hasLoad == functions.contains("load"))
                #expect(library.entries.first?.hasUpgrade == functions.contains("upgrade"))
                #expect(library.entries.first?.hasUnload == functions.contains("unload"))
            }
        }
    }

    /// The emulator is asked by loading the module twice.
    @Test(.enabled(if: OTP.isInstalled), arguments: ["asn1rt_nif", "crypto"])
    func theEmulatorTakesALibraryTwiceIfItSaysSo(module: String) async throws {
        guard let path = try await Self.otpLibrary("/\(module)") else { return }
        let library = try NativeLibrary(parsing: try File.read(path))
        let answer = try await OTP.evaluate(
            """
            logger:set_primary_config(level, none),
            {module, M} = code:ensure_loaded(\(module)),
            io:format("~w", [code:load_file(M) =:= {module, M}])
            """)
        #expect(library.entries.map(\.module) == [module])
        #expect(library.entries.map { "\($0.hasUpgrade)" } == [String(decoding: answer, as: UTF8.self)])
    }

    @Test(.enabled(if: OTP.isInstalled)) func aLibraryThatIsADriverHasNoEntry() async throws {
        guard let path = try await Self.otpLibrary("/trace_file_drv") else { return }
        #expect(try NativeLibrary(parsing: try File.read(path)).entries.isEmpty)
    }

    // MARK: - Damage

    @Test(.enabled(if: OTP.isInstalled)) func everyPrefixIsReadOrRefused() async throws {
        guard let path = try await Self.otpLibrary("/asn1rt_nif") else { return }
        let bytes = try File.read(path)
        for count in bytes.indices {
            guard let library = try? NativeLibrary(parsing: Array(bytes.prefix(count))) else { continue }
            #expect(library.entries.count <= 1)
        }
        #expect(throws: NativeLibraryError.notAnObjectFile) { try NativeLibrary(parsing: []) }
        #expect(throws: NativeLibraryError.truncated(offset: 60)) {
            try NativeLibrary(parsing: Array(bytes.prefix(60)))
        }
    }

    @Test(.enabled(if: OTP.isInstalled), arguments: [0x01, 0x80, 0xff] as [UInt8])
    func everyChangedByteIsSurvived(change: UInt8) async throws {
        guard let path = try await Self.otpLibrary("/asn1rt_nif") else { return }
        var bytes = try File.read(path)
        for index in stride(from: 0, to: bytes.count, by: change == 0xff ? 1 : 5) {
            bytes[index] ^= change
            if let library = try? NativeLibrary(parsing: bytes) { #expect(library.entries.count <= 1) }
            bytes[index] ^= change
        }
    }

    /// Offsets, sizes and counts that lie far outside.
    @Test(.enabled(if: OTP.isInstalled)) func everyWordOfTheHeadersMayBeHuge() async throws {
        guard let path = try await Self.otpLibrary("/asn1rt_nif") else { return }
        let bytes = try File.read(path)
        for word in 0..<min(200, bytes.count / 8) {
            for value in [UInt64.max, UInt64(Int64.max), 1 << 32, UInt64.max - 7] {
                var changed = bytes
                for byte in 0..<8 { changed[word * 8 + byte] = UInt8(truncatingIfNeeded: value >> (8 * byte)) }
                if let library = try? NativeLibrary(parsing: changed) { #expect(library.entries.count <= 1) }
            }
        }
    }

    @Test func anotherWordLengthIsNotSupported() {
        var header = [UInt8](repeating: 0, count: 64)
        header.replaceSubrange(0..<6, with: [0x7f, 0x45, 0x4c, 0x46, 1, 1])
        #expect(throws: NativeLibraryError.unsupported) { try NativeLibrary(parsing: header) }
    }
}
