package import SystemPackage

extension FilePath {
    /// The path from its bytes; the bytes up to the first NUL count.
    package init(bytes: some Sequence<UInt8>) {
        var characters = bytes.map { CChar(bitPattern: $0) }
        characters.append(0)
        // The array ends in NUL and lives until the call returns.
        self = unsafe characters.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return FilePath() }
            return unsafe FilePath(platformString: start)
        }
    }

    /// The bytes of the path, exactly as the system sees them; `string` repairs what is not UTF-8.
    package var bytes: [UInt8] {
        // The pointer is to a NUL-terminated copy that lives as long as the closure.
        unsafe self.withPlatformString { unsafe bytesOfString(at: $0) }
    }
}

extension FilePath.Component {
    /// The bytes of the name, exactly as the system sees them.
    package var bytes: [UInt8] {
        // The pointer is to a NUL-terminated copy that lives as long as the closure.
        unsafe self.withPlatformString { unsafe bytesOfString(at: $0) }
    }
}

/// The bytes before the NUL that the pointer leads to.
private func bytesOfString(at start: UnsafePointer<CChar>) -> [UInt8] {
    var bytes: [UInt8] = []
    var next = unsafe start
    while unsafe next.pointee != 0 {
        bytes.append(UInt8(bitPattern: unsafe next.pointee))
        unsafe next += 1
    }
    return bytes
}
