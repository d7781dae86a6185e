import ErlangTerms
import ReleaseModel

/// The modules that a boot script names whatever the release holds: constants of systools.
enum BootModules {
    /// Modules that are part of the emulator, sorted (`systools_make:preloaded/0`). OTP 27, 28 and 29 have the same.
    static func preloaded(in target: OTPRelease) -> [Atom] {
        let common: [Atom] = [
            "atomics", "counters", "erl_init", "erl_prim_loader", "erl_tracer", "erlang", "erts_code_purger",
            "erts_dirty_process_signal_handler", "erts_internal", "erts_literal_area_collector", "init",
            "persistent_term", "prim_buffer", "prim_eval", "prim_file", "prim_inet", "prim_net", "prim_socket",
            "prim_zip", "socket_registry", "zlib",
        ]
        return target >= .otp27 ? (common + ["erts_trace_cleaner"]).sorted() : common
    }

    /// Modules that must be loaded before processes can be started, in systools' order
    /// (`systools_make:mandatory_modules/0`).
    static let mandatory: [Atom] = [
        "error_handler", "application", "application_controller", "application_master", "code", "code_server",
        "erl_eval", "erl_lint", "erl_parse", "error_logger", "ets", "file", "filename", "file_server",
        "file_io_server", "gen", "gen_event", "gen_server", "heart", "kernel", "logger", "logger_filters",
        "logger_server", "logger_backend", "logger_config", "logger_simple_h", "lists", "proc_lib", "supervisor",
    ]
}
