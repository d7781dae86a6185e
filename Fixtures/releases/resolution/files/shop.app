{application, shop,
 [{description,""},
  {vsn,"1.0"},
  {modules,[shop,shop_old,shop_new,shop_lost]},
  {registered,[]},
  {applications,[kernel]}]}.
