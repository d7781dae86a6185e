import Config

config :mixshop,
  replaced: :when_run,
  greeting: Mixshop.Greeting.polite(System.fetch_env!("MIXSHOP_GREETING")),
  limits: %{"basket" => String.to_integer(System.get_env("MIXSHOP_LIMIT", "10"))}
