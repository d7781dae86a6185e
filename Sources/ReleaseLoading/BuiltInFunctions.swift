import ErlangTerms
import ReleaseModel

/// The functions that are part of the emulator (`erlang:is_builtin/3`), which calls reach although no module that can
/// be read need have them.
///
/// Lists were taken from `erlang:system_info(snifs)` of OTP 25, 27 and 29, with the four that have no entry there
/// (`apply/2,3` and `yield/0`, which are instructions, and `erts_debug:apply/4`, which xref adds); of OTP 26 and 28
/// everything counts that the version before or after it has.
struct BuiltInFunctions: Sendable {
    private let functions: [Atom: Set<ModuleFacts.FunctionName>]

    init(of target: OTPRelease) {
        var lists = [Self.always]
        if target < .otp27 { lists.append(Self.beforeOTP27) }
        if target >= .otp26 { lists.append(Self.sinceOTP26) }
        if target < .newest { lists.append(Self.beforeOTP29) }
        if target >= OTPRelease(28) { lists.append(Self.sinceOTP28) }
        var functions: [Atom: Set<ModuleFacts.FunctionName>] = [:]
        for list in lists {
            for line in list.split(separator: "\n") {
                let words = line.split(separator: " ")
                guard let module = words.first else { continue }
                functions[Atom(String(module)), default: []].formUnion(words.dropFirst().flatMap(Self.functions))
            }
        }
        self.functions = functions
    }

    /// Whether the function is one of the emulator's.
    func contains(_ module: Atom, _ function: ModuleFacts.FunctionName) -> Bool {
        self.functions[module]?.contains(function) ?? false
    }

    /// The functions of `name/arity,arity…`.
    private static func functions(_ word: Substring) -> [ModuleFacts.FunctionName] {
        guard let slash = word.lastIndex(of: "/") else { return [] }
        return word[word.index(after: slash)...].split(separator: ",").compactMap { arity in
            Int(arity).map { ModuleFacts.FunctionName(Atom(String(word[..<slash])), $0) }
        }
    }

    // MARK: - One module a line, with `name/arity,arity…`

    private static let always = """
        atomics add/3 add_get/3 compare_exchange/4 exchange/3 get/2 info/1 put/3
        binary at/2 compile_pattern/1 copy/1,2 decode_unsigned/1,2 encode_unsigned/1,2 first/1 last/1 list_to_bin/1
        binary longest_common_prefix/1 longest_common_suffix/1 match/2,3 matches/2,3 part/2,3 referenced_byte_size/1
        binary split/2,3
        erl_ddll demonitor/1 format_error_int/1 info/2 loaded_drivers/0 monitor/2 try_load/3 try_unload/2
        erlang !/2 */2 +/1,2 ++/2 -/1,2 --/2 //2 /=/2 </2 =/=/2 =:=/2 =</2 ==/2 >/2 >=/2 abs/1 adler32/1,2
        erlang adler32_combine/3 alias/1 and/2 append/2 append_element/2 apply/2,3 atom_to_binary/2 atom_to_list/1
        erlang band/2 binary_part/2,3 binary_to_atom/2 binary_to_existing_atom/2 binary_to_float/1 binary_to_list/1,3
        erlang binary_to_term/1,2 bit_size/1 bitstring_to_list/1 bnot/1 bor/2 bsl/2 bsr/2 bump_reductions/1 bxor/2
        erlang byte_size/1 call_on_load_function/1 cancel_timer/1,2 ceil/1 check_old_code/1 crc32/1,2 crc32_combine/3
        erlang date/0 decode_packet/3 delete_element/2 delete_module/1 demonitor/1,2 display/1 dist_ctrl_get_data/1
        erlang dist_ctrl_get_data_notification/1 dist_ctrl_get_opt/2 dist_ctrl_input_handler/2 dist_ctrl_put_data/2
        erlang dist_ctrl_set_opt/3 dist_get_stat/1 div/2 dt_append_vm_tag_data/1 dt_get_tag/0 dt_get_tag_data/0
        erlang dt_prepend_vm_tag_data/1 dt_put_tag/1 dt_restore_tag/1 dt_spread_tag/1 element/2 erase/0,1 error/1,2,3
        erlang exit/1,2 exit_signal/2 external_size/1,2 finish_after_on_load/2 finish_loading/1 float/1
        erlang float_to_binary/1,2 float_to_list/1,2 floor/1 fun_info/2 fun_info_mfa/1 fun_to_list/1
        erlang function_exported/3 get/0,1 get_keys/0,1 get_module_info/1,2 group_leader/0 halt/2
        erlang has_prepared_code_on_load/1 hd/1 hibernate/3 insert_element/3 integer_to_binary/1,2 integer_to_list/1,2
        erlang iolist_size/1 iolist_to_binary/1 iolist_to_iovec/1 is_atom/1 is_binary/1 is_bitstring/1 is_boolean/1
        erlang is_builtin/3 is_float/1 is_function/1,2 is_integer/1 is_list/1 is_map/1 is_map_key/2 is_number/1
        erlang is_pid/1 is_port/1 is_process_alive/1 is_record/2,3 is_reference/1 is_tuple/1 length/1 link/1
        erlang list_to_atom/1 list_to_binary/1 list_to_bitstring/1 list_to_existing_atom/1 list_to_float/1
        erlang list_to_pid/1 list_to_port/1 list_to_ref/1 list_to_tuple/1 load_nif/2 loaded/0 localtime/0
        erlang localtime_to_universaltime/2 make_fun/3 make_ref/0 make_tuple/2,3 map_get/2 map_size/1
        erlang match_spec_test/3 md5/1 md5_final/1 md5_init/0 md5_update/2 module_loaded/1 monitor/2,3
        erlang monitor_node/2,3 monotonic_time/0,1 nif_error/1,2 node/0,1 nodes/0,1,2 not/1 now/0 or/2 phash/2
        erlang phash2/1,2 pid_to_list/1 port_get_data/1 port_set_data/2 port_to_list/1 ports/0
        erlang posixtime_to_universaltime/1 pre_loaded/0 process_flag/2 process_info/1,2 processes/0 put/2 raise/3
        erlang read_timer/1,2 ref_to_list/1 register/2 registered/0 rem/2 resume_process/1 round/1 self/0 send/2,3
        erlang send_after/3,4 seq_trace/2 seq_trace_info/1 seq_trace_print/1,2 setelement/3 setnode/2 size/1 spawn/3
        erlang spawn_link/3 spawn_opt/4 spawn_request_abandon/1 split_binary/2 start_timer/3,4 statistics/1 subtract/2
        erlang system_flag/2 system_info/1 system_profile/0,2 system_time/0,1 term_to_binary/1,2 term_to_iovec/1,2
        erlang throw/1 time/0 time_offset/0,1 timestamp/0 tl/1 trace_delivered/1 trace_info/2 trunc/1 tuple_size/1
        erlang tuple_to_list/1 unalias/1 unique_integer/0,1 universaltime/0 universaltime_to_localtime/1
        erlang universaltime_to_posixtime/1 unlink/1 unregister/1 whereis/1 xor/2 yield/0
        error_logger warning_map/0
        erts_debug apply/4
        erts_debug breakpoint/2 copy_shared/2 dirty/3 dirty_cpu/2 dirty_io/2 disassemble/1 dist_ext_to_term/2
        erts_debug flat_size/1 get_internal_state/1 instructions/0 interpreter_size/0 lcnt_clear/0 lcnt_collect/0
        erts_debug lcnt_control/1,2 map_info/1 same/2 set_internal_state/2 size_shared/1
        erts_internal abort_pending_connection/2 atomics_new/2 beamfile_chunk/2 beamfile_module_md5/1
        erts_internal check_dirty_process_code/2 check_process_code/1 cmp_term/2 counters_add/3 counters_get/2
        erts_internal counters_info/1 counters_new/1 counters_put/3 create_dist_channel/3
        erts_internal dirty_process_handle_signals/1 dist_spawn_request/4 erase_persistent_terms/0
        erts_internal ets_lookup_binary_info/2 ets_raw_first/1 ets_raw_next/2 ets_super_user/1 garbage_collect/1
        erts_internal gather_alloc_histograms/1 gather_carrier_info/1 get_creation/0 get_dflags/0 group_leader/2,3
        erts_internal is_process_alive/2 is_process_executing_dirty/1 is_system_process/1 map_hashmap_children/1
        erts_internal map_next/3 map_to_tuple_keys/1 new_connection/1 no_aux_work_threads/0 open_port/2
        erts_internal perf_counter_unit/0 port_call/3 port_close/1 port_command/3 port_connect/2 port_control/3
        erts_internal port_info/1,2 prepare_loading/2 process_display/2 process_flag/3 purge_module/2
        erts_internal request_system_task/3,4 scheduler_wall_time/1 spawn_request/4 spawn_system_process/3
        erts_internal suspend_process/2 system_check/1 term_type/1 time_unit/0 trace/3 trace_pattern/3
        erts_literal_area_collector release_area_switch/0 send_copy_request/3
        ets delete/1,2 delete_object/2 first/1 give_away/3 info/1,2 insert/2 insert_new/2 internal_delete_all/2
        ets internal_request_all/0 internal_select_delete/2 is_compiled_ms/1 last/1 lookup/2 lookup_element/3
        ets match/1,2,3 match_object/1,2,3 match_spec_compile/1 match_spec_run_r/3 member/2 new/2 next/2 prev/2
        ets rename/2 safe_fixtable/2 select/1,2,3 select_count/2 select_replace/2 select_reverse/1,2,3 setopts/2
        ets slot/2 take/2 update_counter/3,4 update_element/3 whereis/1
        file native_name_encoding/0
        io printable_range/0
        lists keyfind/3 keymember/3 keysearch/3 member/2 reverse/2
        maps find/2 from_keys/2 from_list/1 get/2 is_key/2 keys/1 merge/2 put/3 remove/2 take/2 update/3 values/1
        math acos/1 acosh/1 asin/1 asinh/1 atan/1 atan2/2 atanh/1 ceil/1 cos/1 cosh/1 erf/1 erfc/1 exp/1 floor/1
        math fmod/2 log/1 log10/1 log2/1 pow/2 sin/1 sinh/1 sqrt/1 tan/1 tanh/1
        net_kernel dflag_unicode_io/1
        os env/0 getenv/1 getpid/0 perf_counter/0 putenv/2 set_signal/2 system_time/0,1 timestamp/0 unsetenv/1
        persistent_term erase/1 get/0,1,2 info/0 put/2
        prim_file internal_name2native/1 internal_native2name/1 internal_normalize_utf8/1 is_translatable/1
        re compile/1,2 inspect/2 internal_run/4 run/2,3 version/0
        string list_to_float/1
        unicode bin_is_7bit/1 characters_to_binary/2 characters_to_list/2
        """

    private static let beforeOTP27 = """
        erlang binary_to_integer/1,2 display_nl/0 display_string/1 list_to_integer/1,2
        erts_debug display/1
        string list_to_integer/1
        """

    private static let sinceOTP26 = """
        code coverage_support/0 get_coverage/2 get_coverage_mode/0,1 reset_coverage/1 set_coverage_mode/1
        erlang display_string/2 max/2 min/2
        erts_internal binary_to_integer/2 list_to_integer/2 term_to_string/2 trace/4 trace_info/3 trace_pattern/4
        erts_internal trace_session_create/3 trace_session_destroy/1
        erts_trace_cleaner check/0 send_trace_clean_signal/1
        ets first_lookup/1 last_lookup/1 lookup_element/4 next_lookup/2 prev_lookup/2 update_element/4
        """

    private static let beforeOTP29 = """
        erlang system_monitor/0,1,2
        """

    private static let sinceOTP28 = """
        code get_debug_info/1
        erl_debugger breakpoint/3 breakpoints/1,3 instrumentations/0 peek_stack_frame_slot/4 peek_xreg/3 register/1
        erl_debugger stack_frames/2 supported/0 toggle_instrumentations/1 unregister/2 whereis/0 xregs_count/1
        erlang exit/3 exit_signal/3 is_integer/3 is_record/1 link/2
        erts_debug unaligned_bitstring/2
        erts_internal notify_breakpoint_hit/3 processes_next/1 system_monitor/1,3
        persistent_term put_new/2
        re import/1
        records create/4 get/2 get_definition/2 get_field_names/1 get_module/1 get_name/1 is_exported/1 update/4
        """
}
