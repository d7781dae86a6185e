import SystemPackage

struct TarballListing {
    let path: FilePath

    func run(_ console: Console) async -> ExitStatus { .failed }
}
