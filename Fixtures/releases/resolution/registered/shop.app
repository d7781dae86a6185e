{application, shop,
 [{description,""},
  {vsn,"1.0"},
  {modules,[]},
  {registered,[shop_sup,store]},
  {applications,[kernel]}]}.
