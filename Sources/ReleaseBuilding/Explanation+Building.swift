package import Diagnostics
import ReleaseModel

/// What it means when a release cannot be built or packed.
extension Explanation {
    package static let building: [Explanation] = [
        building(
            "build/module-file-missing", "an application lists a module that it has no file for",
            "A node that boots the release would stop at the first module it does not find.", nil,
            "relift build --lib lib", "Compile the application.",
            "Or remove the module from `modules` of its `.app` file."),
        building(
            "build/no-runtime", "the runtime system for a release is not there",
            "A release is for one version of ERTS, whose folder `erts-VSN` goes into it.", nil,
            "relift build --lib lib",
            "Name the installation that has it with `--otp DIR`.", "Or build without: `{include_erts, false}.`"),
        building(
            "build/no-system-libraries", "the folder of OTP's applications is not there",
            "`system_libs` names OTP's `lib` folder, or the folder around it, in place of the installation in use.",
            [
                File(
                    "relift.config",
                    "{release, {shop, \"1.0.0\"}, {erts, \"13.1.5\"}, [sasl]}.\n{include_erts, false}.\n{system_libs, \"otp\"}."
                )
            ], "relift build --lib lib", "Correct the path."),
        Explanation(
            Diagnostic.ID("build/application-in-versions"), as: .warning, "an application is there in several versions",
            meaning:
                "The folder that is searched first counts: `--lib`, then `lib_dirs`, `ERL_LIBS` and OTP. Often one of them "
                + "holds what an earlier build left.",
            example: Example([], ["relift build --lib lib"], isComplete: false),
            wayOut: ["Remove the one that is not wanted, or give the version in the release: `{cart, \"1.0.0\"}`."]),
        Explanation(
            Diagnostic.ID("build/nothing-to-exclude"), as: .warning, "what is to be left out would not have been there",
            meaning:
                "A name in `exclude_apps` or `exclude_modules` is of no application or module of the release: perhaps "
                + "another one was meant, which is in it now.",
            example: Example([], ["relift build --lib lib"], isComplete: false),
            wayOut: ["Correct the name, or remove it from the list."]),
        Explanation(
            Diagnostic.ID("build/other-processor"), as: .warning,
            "a native file is for another processor than the runtime system",
            meaning:
                "The first bytes of the emulator in `erts-VSN/bin` and of the libraries and programs in `priv` say what they "
                + "are for. A node cannot load a library of another processor: `crypto`, say, fails at its first call. It "
                + "happens when a release is built for another platform with the host's own applications of OTP.",
            example: Example([], ["relift build --lib lib"], isComplete: false),
            wayOut: [
                "Name the other platform's installation for both: `--otp DIR`, or `include_erts` and `system_libs`.",
                "Compile native code for the platform of the release.",
            ]),
        Explanation(
            Diagnostic.ID("build/unreadable-lock"), as: .warning, "a lock of dependencies cannot be read",
            meaning:
                "The bills of materials name the Hex packages and commits that `rebar.lock` and `mix.lock` record. Without "
                + "the lock they are known only where a package brought its `hex_metadata.config` along.",
            example: Example([], ["relift build --lib lib"], isComplete: false),
            wayOut: ["Let rebar3 or mix write the file again."]),
        Explanation(
            .buildNotReproduced, as: .error, "a tarball is not what the build makes",
            meaning: """
                `relift build --verify TARBALL` builds again and compares member by member: what is there, of which kind, its \
                contents, link target, mode, owner, time and place. The finding names the first difference with both \
                values, those first that change the release, and counts the others.

                Of a BEAM file it names the chunk, and the functions that do something else. When only `CInf`, `Dbgi` or \
                `Line` differ, the code is the same and was compiled in another folder.
                """,
            example: Example(
                Self.verified,
                [
                    "echo Hello >motd", "relift build --lib lib --output first", "echo Welcome >motd",
                    "relift build --lib lib --verify first/shop-1.0.0.tar.gz",
                ]), wayOut: ["Build from the same input, with the same relift and SOURCE_DATE_EPOCH."]),
        Explanation(
            .buildPackedOtherwise, as: .error, "a tarball has the same members in other bytes",
            meaning: """
                All members of the two tarballs are alike in everything that unpacking them brings to light; the compression \
                or the form of the headers is another. Unpacked, they are the same release; their checksums differ.
                """,
            example: Example(
                Self.verified,
                [
                    "echo Hello >motd", "relift build --lib lib --output first", "gunzip first/shop-1.0.0.tar.gz",
                    "gzip -1 first/shop-1.0.0.tar", "relift build --lib lib --verify first/shop-1.0.0.tar.gz",
                ]), wayOut: ["Take the tarball as it was built, or accept the other bytes."]),
        building(
            "build/no-lock", "a build is to be held against a lock that is not there",
            "With `--locked`, a release is made of what its lock, `NAME-VSN.lock.json`, says and of nothing else.", nil,
            "relift build --lib lib --locked", "Build once without `--locked`, and keep the lock."),
        building(
            "build/lock-differs", "a release would be another one than its lock says",
            "The lock has a digest of every application's contents. The finding says which applications are others.",
            nil, "relift build --lib lib --locked", "Put back what has changed.",
            "Or build without `--locked`, which writes the lock anew."),
        building(
            "tar/not-one-term", "a file that is packed must be one term",
            "OTP reads `relup` and `sys.config` only if they are one term that ends with a dot.",
            [.release("shop.rel", "1", []), File("sys.config", "[].\n[].")], "relift tar shop.rel --lib lib",
            "Remove what stands behind the first dot.", prepared: true),
        building(
            "tar/no-boot-file", "there is no boot file to pack",
            "A release boots with it; it is packed as `releases/VSN/start.boot`.",
            [.release("shop.rel", "1", [])], "relift tar shop.rel --lib lib", "Make it first: `relift script NAME.rel`."
        ),
    ]

    private static let verified = [
        File(
            "relift.config",
            "{release, {shop, \"1.0.0\"}, {erts, \"13.1.5\"}, [sasl]}.\n{include_erts, false}.\n"
                + "{overlay, [{copy, \"motd\", \"etc/motd\"}]}.")
    ]

    private static func building(
        _ id: String, _ title: String, _ meaning: String, _ files: [File]?, _ command: String, _ wayOut: String...,
        prepared: Bool = false
    ) -> Explanation {
        Explanation(
            Diagnostic.ID(id), as: .error, title, meaning: meaning,
            example: Example(
                files ?? [], (prepared ? ["relift script shop.rel --lib lib"] : []) + [command],
                isComplete: files != nil),
            wayOut: wayOut)
    }
}
