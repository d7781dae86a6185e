%% The counters. All of them live in this process: what an upgrade must not lose.
%%
%% Since 1.1.0 it also looks after tally_history: a tick now and then starts it when it does not run. That is how an
%% upgrade from 1.0.0 brings the new child up with nothing but `{update, tally_sup, supervisor}`.
-module(tally_counter).
-behaviour(gen_server).

-export([start_link/0, increment/1, value/1, statistics/0]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, code_change/3]).

-record(state, {
    counts = #{} :: #{binary() => pos_integer()},
    %% All increments ever: the sum of the counts.
    increments = 0 :: non_neg_integer(),
    ticker :: reference()
}).

%% Milliseconds between two looks at tally_history, while it runs and while it does not.
-define(QUIET, 1000).
-define(URGENT, 50).

start_link() ->
    gen_server:start_link({local, ?MODULE}, ?MODULE, [], []).

%% Adds one and returns the new value.
-spec increment(binary()) -> pos_integer().
increment(Key) ->
    gen_server:call(?MODULE, {increment, Key}).

%% 0 for a key that was never counted.
-spec value(binary()) -> non_neg_integer().
value(Key) ->
    gen_server:call(?MODULE, {value, Key}).

%% Facts for STATS. A caller and this process can be of different versions for a moment while an upgrade loads one
%% module after the other, so requests keep their form between versions and the answer is a map.
-spec statistics() -> #{keys := non_neg_integer(), atom() => term()}.
statistics() ->
    gen_server:call(?MODULE, statistics).

init([]) ->
    {ok, #state{ticker = next_tick(?QUIET)}}.

handle_call({increment, Key}, _From, State = #state{counts = Counts, increments = Increments}) ->
    Value = maps:get(Key, Counts, 0) + 1,
    %% By name, not through the module: the module may not be there yet, or not any more, while an upgrade is going on.
    gen_server:cast(tally_history, {note, Key, Value}),
    {reply, Value, State#state{counts = Counts#{Key => Value}, increments = Increments + 1}};
handle_call({value, Key}, _From, State = #state{counts = Counts}) ->
    {reply, maps:get(Key, Counts, 0), State};
handle_call(statistics, _From, State = #state{counts = Counts, increments = Increments}) ->
    {reply, #{keys => map_size(Counts), increments => Increments}, State};
handle_call(_Request, _From, State) ->
    {reply, {error, unknown_request}, State}.

handle_cast(_Request, State) ->
    {noreply, State}.

handle_info(tick, State) ->
    {noreply, State#state{ticker = next_tick(look_after_history())}};
handle_info(_Message, State) ->
    {noreply, State}.

%% 1.0.0 and 1.1.0, up and down. The state of 1.0.0 is `{state, Counts}`.
%%
%% The way down has nothing that ends a child which 1.0.0 does not know, so it is done here.
code_change({down, _}, #state{counts = Counts, ticker = Ticker}, _Extra) ->
    _ = erlang:cancel_timer(Ticker),
    ok = end_history(),
    {ok, {state, Counts}};
code_change(_OldVersion, {state, Counts}, _Extra) ->
    Increments = maps:fold(fun(_Key, Value, Sum) -> Sum + Value end, 0, Counts),
    {ok, #state{counts = Counts, increments = Increments, ticker = next_tick(0)}};
code_change(_OldVersion, State = #state{}, _Extra) ->
    {ok, State}.

next_tick(Milliseconds) ->
    erlang:send_after(Milliseconds, self(), tick).

%% Starts tally_history if it does not run, and says when to look again.
%%
%% This process can be a step ahead of the others in an upgrade: then tally_sup, or the module tally_history, is not
%% there yet in its new version, and the next tick tries again.
look_after_history() ->
    case whereis(tally_history) of
        undefined ->
            case {code:ensure_loaded(tally_history), erlang:function_exported(tally_sup, ensure_history, 0)} of
                {{module, tally_history}, true} -> _ = tally_sup:ensure_history();
                _ -> not_yet
            end,
            ?URGENT;
        _Pid ->
            ?QUIET
    end.

%% Returns when the process is gone. By a signal rather than through its supervisor, which may be suspended now, and
%% with nothing of the module tally_history, which may be deleted already.
end_history() ->
    case whereis(tally_history) of
        undefined ->
            ok;
        Pid ->
            Monitor = monitor(process, Pid),
            exit(Pid, shutdown),
            receive
                {'DOWN', Monitor, process, Pid, _Reason} -> ok
            end
    end.
