package import ErlangTerms

/// One step of `overlay`. All its texts are templates; sources are relative to the manifest's folder, targets to the
/// root of the release.
package enum OverlayStep: Hashable, Sendable {
    /// `{mkdir, To}`.
    case makeFolder(Written<String>)
    /// `{copy, From, To}`: a file, the contents of a folder, or, where `To` ends with `/`, all that `From` matches.
    case copy(from: Written<String>, to: Written<String>)
    /// `{link, From, To}`: a symbolic link in mode `dev`, else a copy.
    case link(from: Written<String>, to: Written<String>)
    /// `{template, From, To}`, with a file of variables of its own in `{template, From, To, File}`.
    case template(from: Written<String>, to: Written<String>, variables: Written<String>?)
    /// `{chmod, Mode, Path}`.
    case changeMode(Written<Mode>, Written<String>)

    /// Permission bits.
    package enum Mode: Hashable, Sendable {
        case bits(UInt16)
        /// A template that becomes a decimal number, as in relx.
        case template(String)
    }
}

/// One element of `overlay_vars`.
package enum OverlayVariables: Hashable, Sendable {
    /// A file of `{Name, Value}.` terms, and of strings that name further files; relative to the manifest's folder.
    case file(String)
    case value(name: String, LocatedTerm)
}
