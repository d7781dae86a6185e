defmodule Mixshop.Application do
  use Application

  def start(_type, _arguments) do
    Supervisor.start_link([Mixshop.Counter], strategy: :one_for_one, name: Mixshop.Supervisor)
  end
end
