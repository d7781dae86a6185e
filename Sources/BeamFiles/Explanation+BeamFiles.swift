package import Diagnostics

/// What is wrong with compiled modules.
extension Explanation {
    package static let beamFiles: [Explanation] = [
        beam(
            .beamNotAModule, "a `.beam` file is no compiled module",
            "It does not begin as one. The code server could not load it.",
            "Compile the module again, or take the file out of the `ebin` folder."),
        beam(
            .beamDamaged, "a compiled module is cut off or damaged",
            "The file was cut off or changed after the compiler wrote it: by a full disk, a bad copy or a stripping tool.",
            "Compile the module again, and compare the file with the one in the build folder."),
        beam(
            .beamMissingChunk, "a compiled module lacks a part that OTP needs",
            "Without it OTP can neither load the module nor compute its MD5.",
            "Compile the module again with a stock compiler."),
        beam(
            .beamOverLimit, "a compiled module is larger than is read",
            "Sizes and counts in the file are limited, so that a small file cannot take all memory.",
            "Look where the file comes from."),
        beam(
            .beamTooNew, "a compiled module is newer than this program knows",
            "A compiler newer than OTP 29 wrote it, or the part in question is damaged.",
            "Compile with OTP 25 to 29, or use a newer relift."),
        beam(
            .beamEncrypted, "the debug information of a module is encrypted",
            "What would be read out of it, such as the shape of a state, is not known. The module can be loaded all the same.",
            "Compile without `encrypt_debug_info` where the debug information is needed."),
    ]

    private static func beam(
        _ id: Diagnostic.ID, _ title: String, _ meaning: String, _ wayOut: String...
    ) -> Explanation {
        Explanation(
            id, as: .error, title, meaning: meaning,
            example: Example([], ["relift inspect lib/shop-1/ebin/shop.beam"], isComplete: false), wayOut: wayOut)
    }
}
