/// What a shared object file with native functions says of itself (ELF-64; `erl_nif.h`, `ErlNifEntry`).
///
/// The macro `ERL_NIF_INIT` makes a structure in the data of the library and a function that answers its address. The
/// structure is found without running anything: it is the only thing that points to the name of the virtual machine's
/// variant, and the dynamic linker's relocations say where pointers are and what they point to. A library that makes the
/// structure when it is loaded, as those of Rustler do, shows nothing.
package struct NativeLibrary: Hashable, Sendable {
    /// The modules that the library has functions for.
    package let entries: [Entry]

    /// One `ErlNifEntry`.
    package struct Entry: Hashable, Sendable {
        package let module: String
        /// Which of the functions that the emulator calls there are.
        package let hasLoad: Bool
        package let hasUpgrade: Bool
        package let hasUnload: Bool
    }

    /// Bytes of the longest name of a module that is looked at: an atom of 255 characters.
    static let longestName = 1020
    /// A library with more relocations is refused: 24 bytes each in the file, and more in memory.
    static let mostRelocations = 4 << 20

    /// Reads a library; throws where the bytes are no shared object for a 64-bit processor, least byte first.
    package init(parsing bytes: [UInt8]) throws(NativeLibraryError) {
        let file = try SharedObject(parsing: bytes)
        let pointers = try file.pointers()
        var entries: [Entry] = []
        for (place, target) in pointers.sorted(by: { $0.key < $1.key }) {
            guard let target, place >= Offset.variant, file.text(at: target, limit: 64)?.hasPrefix("beam.") == true
            else { continue }
            let start = place - Offset.variant
            guard let major = file.number(at: start), (1...16).contains(major),
                let name = pointers[start + Offset.name] ?? nil,
                let module = file.text(at: name, limit: Self.longestName), !module.isEmpty
            else { continue }
            func has(_ offset: UInt64) -> Bool { pointers[start + offset] != nil }
            entries.append(
                Entry(
                    module: module, hasLoad: has(Offset.load), hasUpgrade: has(Offset.upgrade),
                    hasUnload: has(Offset.unload)))
        }
        self.entries = entries
    }

    /// Where the fields of the structure are, for pointers of 8 bytes.
    private enum Offset {
        static let name: UInt64 = 8
        static let load: UInt64 = 32
        static let upgrade: UInt64 = 48
        static let unload: UInt64 = 56
        static let variant: UInt64 = 64
    }
}

/// Why a file is not read as a native library.
package enum NativeLibraryError: Error, Hashable, Sendable {
    case notAnObjectFile
    /// Another word length, byte order, processor, or no shared object.
    case unsupported
    case truncated(offset: Int)
    case tooManyRelocations
}
