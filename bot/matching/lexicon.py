"""Closed lists of words that speak for or against a company near a doubtful name. All folded."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _list(text: str) -> tuple[str, ...]:
    return tuple(text.split())


CORPORATE = _words(
    """
    share shares stock stocks investor investors shareholder shareholders ceo cfo coo cto chairman executive
    executives chief president director board analyst analysts revenue revenues profit profits earnings sales income
    loss losses margin quarter quarterly q1 q2 q3 q4 fiscal results guidance forecast outlook dividend ebitda ipo
    listing listed acquire acquires acquired acquisition merger takeover stake stakes buyout bid deal deals partner
    partners partnership subsidiary unit division plant plants factory factories manufacturer manufacturers maker
    makers supplier suppliers supply customer customers client clients product products production launch launches
    launched unveil unveils unveiled announce announces announced company firm firms startup start-up group
    corporation business businesses brand brands retailer retailers chain store stores outlets airline airlines
    carrier bank lender insurer software hardware device devices phone phones smartphone smartphones handset
    handsets chip chips chipmaker semiconductor semiconductors technology technologies tech operator telecom
    wireless network mobile app apps platform platforms service services market markets billion million
    bln mln crore crores percent pct nasdaq nyse sensex nifty bse nse rating ratings upgrade downgrade upgraded
    downgraded buy sell hold target price rs rupees bonds debt credit hire hires hired layoffs jobs employees staff
    workers workforce spokesman spokeswoman spokesperson headquartered headquarters based contract contracts order
    orders agreement licensing license patent patents lawsuit sued sues antitrust regulator regulators capex
    capacity invest invests investment export exports shipments rival rivals competitor competitors venture oil gas
    drilling refinery barrels cars car vehicles vehicle automaker automakers suv sedan model models motors trading
    traded outperform underperform consolidated net yoy loan loans fund funds assets
    """
)

CORPORATE_HAN = _list(
    """
    股价 股票 股份 股东 公司 集团 营收 获利 盈利 净利 利润 业绩 财报 季度 执行长 董事长 总裁 首席 手机 芯片
    晶片 晶圆 半导体 供应链 工厂 产能  订单 投资 上市 收购 并购 合作 客户 市场 市值 品牌 发布 推出 宣布 表示
    涨停 跌停 上涨 下跌 大涨 大跌 法说会 法人 外资 出货 代工 车用 汽车  科技 产品 业务 企业 厂商 大厂 员工
    股 涨 跌 亿 %
    """
)

SPORT = _words(
    """
    match season team teams player players coach goal goals race races runner medal olympic champion champions
    championship tournament league division inning innings victory defeat game games half-time halftime scored score
    striker goalkeeper midfielder pitcher quarterback supporters fans squad
    """
)
"""What an ordinary name means in sport; a city that plays is its club."""

TEAM_SPORT = (SPORT - _words("medal olympic race races runner tournament")) | _words(
    """
    football baseball basketball hockey soccer cricket rugby standings fixture fixtures playoff playoffs club clubs
    """
)
"""What cities and their clubs do: where nobody plays for a city, a place is a place."""

SOLO_SPORT = _words(
    """
    tennis golf athletics swimming boxing cycling badminton gymnastics skiing motorcycling rallying
    marathon olympic olympics paralympic paralympics
    """
)
"""Sports and games in which people or countries compete: a city is where it happens."""

EVERYDAY = SPORT | _words(
    """
    river rivers lake lakes sea ocean beach mountain mountains hill hills valley forest forests island islands desert
    volcano volcanic eruption earthquake storm storms flood floods rain snow weather wind sky moon planet
    farmer farmers farm farms crop crops harvest field fields garden orchard tree trees leaf leaves flower flowers
    fruit fruits vegetable vegetables grain seed seeds animal animals bird birds fish insect insects dog dogs horse
    cook cooked cooking bake baked baking kitchen recipe recipes dish soup sauce cake cakes pie pies juice bread meal
    restaurant menu taste flavour flavor sugar salt
    village villages villagers house room door window wall garden road street bridge tower lamp lamps table
    doctor patient patients hospital disease virus vaccine blood skin bone bones muscle
    police arrested murder suspect victim victims prison jail court trial war army troops soldiers attack bomb
    protest protesters election vote voters parliament embassy
    film movie novel poem song album actor actress theatre painting museum myth goddess legend
    church temple bible prayer wedding funeral
    """
)

EVERYDAY_HAN = _list(
    """
    吃 喝 煮 炖 饭 菜 汤 食材 谷物 营养 种植 农民 水果 果园 收成 火山 河流 森林 山区 下雨 村民 电影 小说 歌曲 球队 比赛
    冠军 警方 医院
    """
)

HEADS_HAN = _list(
    """
    粥 饭 酒 糕 汤 茶 汁 油 糖 树 花 园 田 山 江 河 湖 岛 县 市 省 镇 村 路 街 大学 学院 中学 医院 先生 女士 小姐
    老师 教授
    """
)
"""What makes another thing, a place or a person of the Han name before it."""

TITLES = _words(
    """
    mr mrs ms miss dr prof professor sir lord lady dame sheriff judge justice senator sen congressman congresswoman
    representative rep governor gov mayor minister king queen prince princess saint captain capt sergeant sgt
    lieutenant lt colonel col general gen major officer detective inspector constable deputy agent coach manager
    pastor reverend rev father sister brother bishop pope rabbi imam ambassador secretary attorney lawyer president
    chancellor economist strategist analyst trader actor actress singer author driver striker midfielder defender
    goalkeeper
    """
)

OCCUPATIONS = _words(
    """
    actor actress analyst attorney author coach defender detective economist goalkeeper judge lawyer midfielder
    quarterback sergeant singer strategist striker trader
    """
)
"""What stands before a person's name in small letters."""

VERBS_AFTER = _words(
    """
    said says agreed reported reports posted posts plans planned expects expected announced announces unveiled unveils
    launched launches acquired acquires buys bought sells sold hired hires raised raises cuts cut warned warns gained
    gains rose rises jumped jumps fell falls slipped slips edged dropped drops tumbled tumbles surged surges climbed
    soared slumped closed traded trades opened invests invested signs signed wins won files filed sues sued is has will
    """
)
"""What companies do in news, in small letters right after their name."""

PLACES_AFTER = _words(
    """
    county city town village street st road rd avenue ave boulevard lane square park river lake valley island
    islands bay beach mountain mountains mount hills creek bridge university college school academy institute
    hospital church cathedral museum library stadium arena airport station forest desert basin coast delta
    cup open prize award awards prefecture province district state states
    """
)
"""Heads of names of places and institutions: "Orange County", "Ford Foundation"."""

FIRMS_AFTER = _words(
    """
    energy records bank banking bancorp foundation partners capital ventures pharma pharmaceuticals
    insurance securities brewery brewing hotel hotels resort resorts airlines airways mining minerals petroleum
    lines steel textiles cement shipping logistics properties estates films pictures press publishing
    """
)
"""Heads of names of other firms: "Vivo Energy", "Lava Records", "Apple Bank"."""

FUNCTION_WORDS = _words(
    """
    the a an and or but for with from by at in on of to as its his her their our this that these those if when while
    after before since because although though however also yet both like unlike says said
    """
)

NEUTRAL_BEFORE = FUNCTION_WORDS | _words(
    """
    new old former us uk eu u.s american british chinese japanese korean taiwanese indian german french italian spanish
    dutch swiss swedish finnish russian canadian australian brazilian european asian global world monday tuesday
    wednesday thursday friday saturday sunday january february march april may june july august september october
    november december rival rivals ceo cfo chairman chief executive reuters bloomberg ap afp inc corp ltd co
    """
)
"""Capitalised words before a name that do not make it part of a longer one."""

LOCATIVES = _words("in near around outside inside across into toward towards leave left reached visiting via through")
"""What stands before a place, and not before what is named after it."""

PREPOSITIONS = _words("of at from between to")
"""What stands before a place more often than before what is named after it."""

DIRECTIONS = _words(
    "north south east west northern southern eastern western central northeast northwest downtown greater"
)

CLUBS = _words("club fc afc sc cf ac united city town athletic sox")
"""Last words of names of clubs; most others are called by their members: the Miners."""

CONTESTS = _words(
    """
    beat beats defeated defeats downed edged leads led lost loses played plays visited hosts hosted swept tied v vs over
    """
)
"""What stands between two teams."""

NUMBERS = _words("two three four five six seven eight nine ten eleven twelve twenty hundred several many few")
"""Words for numbers, which count things rather than companies."""

DATES = _words(
    """
    jan feb mar apr jun jul aug sep sept oct nov dec january february march april june july august september october
    november december monday tuesday wednesday thursday friday saturday sunday
    """
)
