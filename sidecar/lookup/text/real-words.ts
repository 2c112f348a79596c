import { WordList } from './word-list.ts';

/**
 * Words of four letters and more that have another word one typing error away: form and from, causal and casual, Iran and
 * Iraq. Where both are words, the difference is meant. Taken from the whole words of the BERT vocabulary (Apache-2.0).
 */
export const realWords = new WordList(`
aaron aback abbey abbot abbott abby abel able aboard about abroad absent abused abuses academia academic
academics academie academies accent accents accept accepts aces ache ached aching acids acknowledged
acknowledges acres across acted acting action actions activism activist acton actor actors acts actual acute
adam adams adapt adapted adapting adaptive added addiction adding addition additions addressed addresses
aden adept adler adopt adopted adopting adoptive adored adorned advanced advances adventure adventurer
adventures advice advise advised adviser advisers advises advisor advisors advisory advocated advocates
aerial affect affects affiliated affiliates africa african after again aged agent ages aging agnes agreed
agrees aground agustin ahead ahmad ahmed aidan aide aided aiden aiding aids aimed aimee aiming aired aires
airfield airing airs aisle aisles akira akron alain alam alan alarm albania albanian albans albany albeit
albert alberta alberto aldo alert alex alexa alexander alexandra alexandre alexandria alexia alexis alfonso
alfred alfredo algeria algerian alias alice alicia alien align alike alison alive alla allah allan allen
alley allie allied allies allison allow allows alloy alloys ally alma alone along alonso aloud alta altar
alter altered altitude altitudes alto alton aluminium aluminum alvin amar amara ambitions ambitious amelia
amelie america american americana americans americas ames amid amidst amin amino among amor amore amos
amount amounted amounts amour ample amplified amplifier amused anal analog analogy analyses analysis
analysts anders andersen anderson andersson andes andre andrea andreas andrei andres andrew andrews andrey
andy angel angela angeles angelica angelina angelo angels anger angie angle angled angles anglo angola angus
ankle ankles anna anne annex annie announce announced announcer announces anson antarctic antarctica antenna
antennae antennas anterior anthony anton antonia antonio antony ants anya apart apes appeal appealed
appealing appeals appear appeared appearing appears apple apples applied applies apply approached approaches
apron arabia arabian arabic arabs aragon arbor arch archaeological arched archeological archer archers
archery arches archie arching archive archived archives arden ardent area areas aren arena arenas ares
argent argentina argentine argue argued argues argus argyle argyll aria arias arise arises arising arjun
arlington armand armando armed armenia armenian armor armored armory armour armoured arms aroma arose around
arrange arranged arranger arrived arrives arrow arrows arson artefacts article articles artifacts artisans
arts arun arya aryan ascent ascot asean asha ashe asher ashes ashore ashton asia asian aside asked asks
asleep assemble assembly assent assert asserts assess asset assets assist associated associates assume
assumed assumes assure assured aston astor astro athena athens atkins atlantic atlantis atoll attach attache
attached attack attacked attacker attitude attitudes attributed attributes aubrey auction audi audio audit
audition auditions auditor auditory audrey august augusta auguste augusto aunt aura austen austin australia
australian austria austrian austro authorised authorized avenge avenue avenues averaged averages avery avid
avila avoid await awaited awaiting awake award awards aware awful awhile awoke axes axis azerbaijan
azerbaijani bach back backed backing backs backward backyard bacon bacteria bacterial baden badge badger
badges badly bags baha bahia bail bailey bain baird baked baker bakery baking ballad ballard ballet ballot
balls banco band banda banded bandit bands banged banging bangladesh bangladeshi bangs banished banjo bank
banker bankers banking banks banned banner banners banning baptised baptism baptist baptiste baptized barack
barak barbed barber barbie bard bare bared barely barge barges bark barked barker barking barley barlow barn
barnard barnes barnet barnett barney barns baron baronet barons barony barr barre barred barrel barren
barrett barrie barrier barriers barrington barrio barron barrow barry bars barton basal basalt base based
basel bases bash basha basic basics basil basin basins basis basket bass bassist batch bates bath bathed
bathing baths batman baton bats batsman batted batter battered battery batting battista battle battled
battles battling bauer bautista bavaria bavarian baxter bayer bayern baylor beach beaches beacon beads beak
beale beamed beaming beams bean beans beard bearded bearer bearing bearings bears beast beasts beat beaten
beating beatles beats beatty beau beauty beaux beaver became becca beck becker becky become beds bedside
beech beers bees beetles began begged begin begun behavior behaviour being beings bela belief beliefs
believe believed believer believers believes belinda bell bella belle bells belly below belts bench benches
bend bender bending bends bengal bengali bengals benign benin benji benny benson bent benton berber bergen
berger bergman berlin berman bernard bernardo bernhard bernie berries berry bert berth bertha bertie beside
besides bessie best beth bethel bets betsy better betting betty beverage beverley beverly bianca biased
bible bidding bids bien bigger bike biker bikes biking bikini bile bill billed billie billing billings
billion billionaire billions bills billy bind binding binds bing bingo birch bird birds birth bitch bites
biting bits bitten bitter bjorn black blacks bladder blade bladed blades blaine blair blake blame blamed
blaming blanc blanca blanco bland blank blast blasted blasting blasts blaze blazed blazing bleak bled bleed
bleeding blend blended blending bless blind blinded blinding blinds blink blinked blinking bliss bloc block
blocked blocking blocks blogs blond blonde blood blooded bloody bloom blow blowing blown blows blues bluff
blurred blurted blush blushed blushing board boarded boasted boasts boating boats bobbed bobbie bobby bodied
bodies body boeing boer bohemia bohemian boiled boiler boilers boiling bois boise bolivia bolivian bollywood
bolted bolton bolts bombed bomber bombs bond bonded bonding bonds bone bones bonnie bonus bony book booked
booker booking books boom boomed booming boon boone boost boosted booster boot booth booths boots border
bordered bordering borders bore bored boring boris born borne borneo borrow bosch bose bosnia bosnian bosses
boston both bother bottle bottled bottles bought bounce bounced bound bounded bounds bounty bourne bout
bouts bowed bowen bowie bowing bowled bowler bowling bowls bows boxed boxer boxers boxes boxing boyer boyle
brace braced bracing brad braden brady braid brain brains brake brakes braking bran branch branched branches
brand branded brands brandt brandy brant brasil brass brat braun brave braves bravo brawl bray brazil breach
breached bread breadth break breaking breaks breast breasts breath breathe breathed breaths bred breed
breeding breeze brenda brendan brennan brent brest bret brett brewer brewers brewery brian bribe bribes
brick bricks bride bridge bridges bridget brief brien brig briggs bright brightened bring bringing brings
brink brisk britten brno broad broadway brock brody broke broken broker brood brook brooke brooks broom bros
brothel brother brought brow brown browne browning browns brows bruce bruins bruise bruised bruises bruno
brush brushed brushes brushing brute bryan bryant bryce bryn bubble buck buckle buckled buckley bucks
buddhism buddhist buddy budge budget buff buffer buffet buffy buick build built bulbs bulgaria bulgarian
bulge bulk bulky bull bullet bulls bully bumped bumper bumps bunch bundled bundles bunker bunny burden buren
burger buried burn burned burnett burning burns burnt burst burt burton burying busch buses bush bushes
businessman businessmen bust busted buster butch butler butt butte butter button buyer buying byrne byron
bytes cabin cable cables cache cade caden cadet caesar cafes cages cain caine cakes calais calder cale caleb
caledonia caledonian called caller callie calling calls calmed calming calves calvin cambodia cambodian
camden came camel cameo cameron cameroon camilla camille camp campaign camped campo campos camps campus
canadians canadiens canal cancel canceled cancelled cancer cancers candi candle candles candy cane canine
canned cannes canning cannon cannons cannot canoe canon canons cans canton cantor canyon capita capital
capitalism capitalist capitol capped caps captured captures cara carbon card cards care cared career cares
carey cargo caring carl carla carleton carlo carlson carlton carly carmel carmen carol carole carolina
caroline carr carriage carriages carrie carried carrier carriers carries carrot carry carrying cars carson
cart cartel carter cartridge carts carved carver carving cary case cases casey cash casket casper cass cast
caste castes castile casting castle castles castro casts casual casually casualty catch catcher catches
catching cater catering catherine cathy cats cattle caught causal cause caused causes causing cavern caves
cease ceased cedar ceded celebrated celebrates cell cellar cello cells cement cent center centered centers
centimeters centimetres central centre centred centres centro cents certain certainly certainty cesar cesare
chain chained chains chair chaired chairs challenge challenged challenger challenges champ champaign champs
chan chance chancel chances chandler chang change changed changes changing channel chant chanting chants
chaplain chaplin chapter chapters char characterised characterized charge charged chargers charges charging
charity charles charley charlton charm charming charms charred chart charted charter charters charting
charts chase chased chases chat chatter chatting cheap cheat cheated cheating check checks cheek cheeks
cheer cheers chef chefs chen cheng cher cherry chess chest chests chet cheung chiang chiba chick chicks
chico chief chiefs child chile chili chill chilly chin china ching chips choi choir choirs choke choked
choking chong choose chopped chopper choral chorale chord chords choreographed choreographer chores chorus
chose chosen chris christ christi christian christie christina christine christoph christophe christopher
christy chuck chuckled chuckles chun chung chunk cindy circled circles cisco cited cites cities citing civic
civil clad clade claim clair claire clamped clan clans clap clapped clapping clapton clara clare clarify
clarity clark clarke clary clash clashed clashes clasp clasped class classed classes claude claudia claudio
claus clause clauses clawed claws clay clayton clean cleaned cleaner cleaning cleansing clear cleared
clearer clearing clemens clement clements clench clenched clerk clever click clicked clicking clicks client
clifton climb climbs clinch clinched clint clinton clipped clips clit clive cloak clock clocks clone clones
close closed closer closes closest closet closing clothed clothes cloud clouds cloudy clover clown club
clube clubs clue clues clung cluster clutched clutches clyde coach coached coaches coal coarse coast coasts
coat coating coats cobra coca cochran cochrane cock cocked cocky coco cocoa code coded codes codex coding
cohen coiled coin coined coins coke cold colder cole coli colin collapsed collapses collar collier colliery
collin collins colombia colombian colon colony color colored colorful colors colour coloured colourful
colours colton colts columbia columbian comb combined combines combo come comes comet comets comfortable
comfortably comic comical coming command commanded commander commando commandos commands commemorated
commemorates commence commenced commencing commended commented commenting commerce commissioned commissioner
committed committee commune communism communist commuted commuter como compared compares compete competed
competes competing compiled compiler complain complaint complement complete completed completes completing
completion complexes complexion compliant complied compliment compose composed composer comprised comprises
compute computed computer computing comte comune conan concepcion concept conception concepts concern
concerns concert concerto concerts concession concessions concluded concludes concussion conde condo condom
condor cone cones confessed confesses confession confessions confined confines confirm conform cong congo
conical connection connell conner connie connor conor conrad consent considerable considerably constantin
constantine constituted constitutes consul consult consume consumed consumer contact contacted contacts
contained container contend content contention contents contest contests context contexts contiguous
continent contingent continued continues continuous contract contracted contracting contracts contrast
contrasted contrasting contrasts contributed contributes controlled controller convection convened convent
convention converge converse convert converts convex convey conveyed conviction convinced convinces convoy
cook cooke cooked cookie cooking cooks cooled cooler cooling coop cooper coordinated coordinates cope copied
copies coping copper cops coptic copying cora coral cord cords core cores corey cornell corner coroner corps
corpse corpus cortes cortex cory cosmic cost costa costing costly costs cote cotton couch cough could couldn
coulter count counted counter counters countess counties counting countless countries country counts county
coup coupe couple coupled couples courier course courses court courts cove coven covent cover covered
covering covers covert coveted cowan coward cows crabs crack cracked cracking cracks cradled craft crafted
crafts craftsman craftsmen cramer cramped crane cranes crank crap crash crashed crashes crashing crate
crater craters crates craved craven craving crawl crawled crawley crazed creaked cream creamy create created
creates creating cree creed creek creeks creep creepy cremated crept crest crested crete crew crewe crews
cried cries crime crimea crimean crimes crippled crises crisis cristina criticised criticized croatia
croatian croats croft crook crooked crops crore cross crossed crosses crossing crotch crouch crow crowd
crowded crowds crowe crowley crown crowned crowns crows crude cruise cruiser cruisers cruises crumbling
crusade crusader crush crushed crushing crust crying crypt cuba cuban cube cubs cues culture cunning cupped
curate cure cured curious curiously curl curled curling curls curly currie curry curse cursed curses cursing
curt curtain curve curved curves curving custer cute cutler cutter cutting cynical cyprus cyrus daddy daemon
dagger daggers dail daily dairy daisy dalai dali dalton daly damaged damages damian damien damn damned damon
dams dana dance danced dancer dancers dances dane danes danger dangers daniel daniela daniels danish danny
dans dante darby darcy dared daring dario darius darker darling darlington darrell darren darryl darted
darting darts daryl dashed date dated dates dating daughter dave davey david davies davis davy dawn dawned
dawson dayton daytona dazed deacon dead deadline deal dealer dealing deals dealt death deaths debated
debates debating debra debt debts debut debuted debuting debuts decade decades decay decca deceased decent
deception decide decided decides decker decks declared declares declined declines deco decor decreased
decreases decree decreed decrees dedication deeds deemed deeper deer defeat defeated defeats defect defected
defective defects defence defences defend defended defender defending defense defenses defined defines
defining deformation degree degrees delay delegation deleted deliver delivers delivery dell della delle
delta demise demo demon demons demonstrated demonstrates demos demoted denial denied denies denim denis
denise dennis denny denote denoted denotes dense dental denton deny departed depend depended dependence
dependency depending depleted deported depot depression deprivation deprived dept depth depths derby
derivation derive derived derives derry descend descent described describes desert deserted deserve deserved
deserves design designation designed designer designing desired desires dessert destroyed destroyer detail
detailed detained detect detected detection detective detention deter determined determines developed
developer devi devil devin devised devlin devon devote devoted dexter dharma diana diane diary died dieter
difficult difficulty digger dimitri dina dinah dinamo diner ding dining dinner dinners dion diploma diplomat
dipped dipping director directors directory dirt dirty disc disciplined disciplines disco discount discover
discovers discovery discreet discrete discs discus discussed discusses dishes disks displaced displayed
disputed disputes distinguished distinguishes distract distress district ditch dive diver divers diverse
divert divide divided divides divine diving dixon dizzy dmitri dmitry dobson docked docking docks dodge
dodged dodgers does doesn doin doing doll dollar dolls dolly domed domes dominate dominated dominates
domination domingo domino dona donald done dong donkey donna donnell donnelly donnie donor donors doomed
door doors doping doris dorset dorsey doses doubled doubles doubted doug dough dove dover down downed
downing downs dowry doyle draft drafted drafting drafts dragged dragon dragons dragoons drain drained
draining drains drake drama drank draped draper draught draw drawer drawn draws dread dream dreamed dreamer
drenched dress dressed dresser dresses dressing dried drift drifted drifting drill drink dripped dripping
drive driven driver drivers drives driving drone dropped dropping drops drought drove drown drowned drowning
drugged drugs drums drunk drying dryly dual duane dubbed dublin ducked ducks duff duffy dukes dummy dumont
dumped dumping dune dunes dunn dunne dupont duran durban during dust dustin dusty dutch dutton duty duval
dwell dwelling dwight dwyer dyer dying dynamo each eager eagle earl earle earls early earn earned earnest
earning earnings earrings ears earth ease eased easier easing east easter eastern easton eaten eater eating
eaton eats ebert ebony ebook echoed echoes ecole economics economies eddy edge edged edges edict edit edited
edith editing edmond edmund edouard eduard eduardo edward edwin eels eerie effect effects egan eight eighth
eighty eine either ejected elaine elastic elder eldest elect elected election elections elector electro
electron electrons elects element elements elena elias eliot elisa elisabeth elise elite eliza elizabeth
ella elle ellen ellie ellington elliot elliott ellis ellison elmer elsa else elsie elton elves elvis email
emanuel emerge emerged emergence emergency emerges emerging emery emigrated emigration emil emile emilia
emilio emily emission emissions emitted emma emmanuel emory emotion emotions emphasized emphasizes empire
employed employee employees employer employers empress enable enabled enables encompassed encompasses
encourage encouraged encourages endeavor endeavour ended ending ends endure endured enduring engaged engages
engined engines engraved engraver enjoy enoch enraged ensued ensuing ensure ensured ensures ensuring enter
entered enters entertained entertainer enthusiasm enthusiast entirely entirety entitled entourage entry
envoy envy epoch equality eras erase erased erect erected erection eric erica erich erie erik erika erin
ernest ernesto ernie ernst erotic error erwin escaped escapes especially essen essex established establishes
estate estates esther estimated estimates estonia estonian eternal ethan ethel ether ethiopia ethiopian eton
eugen eugene europa europe evacuate evacuated evacuation evaluate evaluated evaluation evans even event
events ever everest everett every evil evolution evolutionary evolving ewing examine examined examiner
examines excelled except excerpt exchanged exchanges excited exciting excused excuses exercised exercises
exile exiled exiles exist existed existing exists exit exited exiting exits exotic expanse expansive expect
expects expelled expense expensive experienced experiences expert experts explode exploded explodes
exploding explore explored explorer explorers explores exploring export exports express expressed expresses
extant extend extensive extent external eyes faber fable faced faces facial facilitated facilitates facing
fact faction factions facto factor factors factory facts factual faculty faded fades fading fail failed
failing fails faint fair fairfield fairly fairs fairy falcon fallen falling fallon falls faltered fame famed
fancy fangs fanny fans fare fares fargo farmer farming farms farrell farther fascism fascist fast faster
fatal fated fates father fathers fatty fault faults faulty faust favor favorable favorably favored favorite
favorites favors favour favourable favoured favourite favourites feared fearing fears feast feat feather
feathers featured features feed feeder feeding feeds feeling feels fees feet felix fellow fellows feminism
feminist fence fender fenton feral fernandez ferrara ferrari ferries ferris ferry fest fetal fetch feud
fever fewer fiance fiancee fiber fibre fiction fiddle field fielded fielder fielding fields fierce fifth
fifty fight fighter fighting fights figured figures filed files filing fill filled filling fills filly
filmed filming films filtered final finale finals finance financed finances finch find finding finds fine
fined finely finer fines finest finger fingered fingers finish finished finishes finland finley finnish fins
fiona fire firearm firearms fired fires firing firms first firth fischer fished fisher fisherman fishermen
fishery fishes fishing fission fist fisted fists fitch fitness fits fitted fitting fitz fixed fixing fixture
fjord flags flair flame flames flaming flanders flank flanks flaps flare flared flash flashed flashes
flashing flat flats flavor flavors flavour flawed flaws fled fledged flee fleeing flees fleet fleeting
fleets fleming flesh flick flicked flicker flicking flies flight flights flinch flinched flinders fling
flint flipped flipping flirt float floats flock flood flooded floods floor floors flopped floppy flora
floral flour flow flowed flower flowering flowers flowing flown flows floyd flung flush flushed flushing
flyer flying flynn focal focus focused focuses folded folder folding folds foley folks follow followed
follower follows folly fond font fontana food foods fooled fools footed footing forbes force forced forces
forcing ford fore forearm forearms forest forge forged forget forgive forgiven forgot forks form formal
formally format formed former forming forms forrest forster fort forte forth forts forty forum forums foster
fought found founded founder founding fountain fountains four fourier fours fourth fowler foxes foyer
fraction fractured fractures frail frame framed frames framing fran francais francaise france frances
francesca francesco franchise francis francisco franco francois francoise francs frank franks franz fraud
freak freaked freaking freaks fred freddy frederic frederick freed freeing freeze freezing freight french
fresco fresh freshman freshmen fresno freud friction fridge fried friend fries fright frightened fringe
fritz front frost frown frowned frowning frowns froze frozen fucked fucking fuels full fuller fully fumble
fumbled function functions fund funded funding funds funk funky funnel funny furious furiously furry further
fury fused gabby gabe gable gabled gables gaelic gaga gage gain gained gaines gaining gains gaius gale galen
galerie galicia galician galilee galileo gall gallery galley gallo gallon gambia gamble game gamer games
gaming gamma gang ganga gangs gaped gaping gaps garage garbage garcia garde garden gardener gardiner gardner
gareth garion garlic garner garrett garrison garry garth gary gases gasp gasped gasping gasps gaston gates
gather gathers gauge gaunt gave gavin gazed gazes gazing geared gears geek geese gemma gender gene genera
general generated generates generic genes genetic geneva genie genius genome genre genres gentle gentleman
gentlemen gently gentry genus georg george georgia georgian georgie georgina gerald gerard gerhard germain
german germans germany gerry gestured gestures getting ghana ghost ghosts giant giants gibbons gifted gifts
giggled giggles gilbert gilded giles gill gilles gillian gills gina ginger girls give given gives giving
glad glance glanced glances gland glands glare glared glass glasses glazed glen glenn glide glided glider
gliding glint glistening glitter globe gloom gloss glossy glove glover gloves glowed glowing gmina gnome
goals goats gods gogh goin going gold golden goldman gong gonna gonzales gonzalez goodman goods goose gora
goran gore gorge gorman gotten gough gould gown grabs grace graceful gracie grade graded graders grades
grading graduated graduates grady grain grains grams gran granada grand grande grandma grandpa grange grant
granted grants grape grapes graph graphs grasp grasped grasping grass grasses grassy grateful grave gravel
gravely graves gray grazed grazing grease greasy great greaves greece greed greedy greek greeks green greene
greens greer greet greg gregg gregor gregory grenada grenade greta grid grief grill grille grim grimes grimm
grin grind grinding grinning grins gripped gripping grips groan groin groom groove grooves gross grossed
grossing ground grounded grounds grove grover groves grow growing growl growling growls grown grows grumbled
grunt grunted guaranteed guarantees guerra guerre guess guest guests guiana guide guided guides guiding
guido guild guilt guilty guise gujarat gujarati gunnar gunner gunners gunnery gunter gunther gust gustav
gustave gustavo guyana haas hack hacked hacker hacking hades hadley hadn hagen hague hailed hailey hair
haired hairs hairy hale haley halfway hall halle halls hallway halted halves hamas hamid hammered hampered
hampson hampton hana hand handed handel handing handle handled handler handles handling hands handy hang
hanged hanging hangs hank hanna hannah hannover hanover hans hansen hanson hara harald harbor harbour hard
harden harder hardest hardin harding hardly hardness hardy hare harlem harley harlow harm harmed harmon
harmonic harmonica harmony harness harold harp harper harrington harrison harrow harry harsh hart harta
hartley harvest harvey hasan hash hasn hassan haste hasty hatch hate hated hates hating hatred hats hauled
haunt haunted haunting haute have haven having havre hawk hawke hawker hawks hawthorn hawthorne hayden haydn
hayes haynes hays haze hazel head headed header heading headline headlined headlines heads heal healed
healer healing health healthy healy heap hear heard hearing hearings hears hearst heart hearted hearth
hearts heat heated heath heather heating heats heaved heaven heaving heavy heck hector hedge hedges heel
heels height heights heir heirs helen helena helene helens helix hell heller hello helmet helmut helps henan
hence henri henrik henry henson herald herbal herbs herd herds here heritage herman hermann hermes hermit
hermitage hernandez hero heroes heroic heroin heroine heron herring hers hess hesse hicks hidden hideous
hideout hides hiding high highs hiking hilary hilbert hilda hill hillary hills hilly hilton himalayan
himalayas hind hindi hindu hindus hines hinges hinted hints hips hire hired hires hiring hissed hissing
historia historian historic hitch hitler hits hitter hitting hoarse hobbs hobby hockey hodge hodges hoffman
hoffmann hogan hoisted holden holder holding holds hole holes hollow holly hollywood holmes holy home
homeless homer homes homme honest honestly honesty honey hong honor honorable honored honors honour
honourable honoured honours hooded hook hooked hooker hooks hooper hoover hooves hoped hopeless hopes hoping
hopped hopper hopping horde horn horne horned hornet horns horrible horribly horse horses horst horton hose
host hostage hosted hostel hosting hosts hotel hotter hound hounds hours house housed houses hove hovered
hovering howard howe howell howie howled howling huang hugged hugging hugs human humane humans humble humid
humor humour hunan hunched hung hungary hunger hungry hunt hunted hunter hunting hunts hurled hurley hurling
huron hurry hurst hurt hurting hurts hushed hussain hussein huts hutton hydra hydro iberian iceland iconic
icons idea ideal ideals ideas identified identifies identify identities identity ignored ignores igor
illustrated illustrates image imagine imaging imitation implied implies imply impress improved improves
incense inch inched inches incline included includes incorporated incorporates increased increases
incredible incredibly indeed indexed india indian indiana indians indicated indicates indices indicted indie
indies indira indonesia indonesian induced inducted indus indy inevitable inevitably infected infection
infections infectious inferior infinite infinity influenced influences inhabit inhibit injected injection
inland inline inmate innate inner inning insect insert inserted inside insider insides inspect institut
institute instituted institutes instituto intel intend intense intent intention intentions inter interior
intern internacional internal international internationale internationals interned internet interpreted
interpreter interred interval into intra intro introduced introduces invented invention inventions inventor
inventory inverted invested investigated investigates investor invited invites involved involves inward iona
ionic ions iphone iran iraq iraqi ireland irene iris irish iron ironic irony irrigation irritation irvine
irving irwin isabella isabelle isla islam island isle isles israel israeli issue issued issues italia
italian italiana italians items itunes ives izzy jacket jackets jacob jagged jagger jailed jaime jakob jalan
jamaica jamaican jamal james jamie jammed jane janet jang japan japanese jared jarrett jason jasper javanese
javier jayne jealous jealousy jeanne jeans jelly jena jenks jenna jenny jens jerry jess jesse jessie jesus
jian jiang jillian jimmy jing jingle joan joanna joanne jockey jogged jogging johan johann johanna john
johnny johns johnson johnston johnstone join joined joins joint joints joke joked joker jokes joking jolly
jolted jonah jonas jones jonny jorge jose josef josh joshi josie journalism journalist joyah joyce jozef
juarez judah judas jude judge judged judgement judges judgment juice juicy jules julia julian juliana julie
julien juliet julio jumped jumper jumping jumps junction junctions jungle junta juris jurist justice justin
justine kala kamal kamen kane kanye kara karel karen kari karim karin karl karma kate katharine katherine
kathy katie katy kaye kayla keane keating keeper keeping keith keller kelley kelly kelsey kelvin kenji kenny
kenton kenya kenyan kepler kerman kerr kerry kettle kevin kiara kicked kicker kicking kicks kidding kidney
kids kilda kill killed killer killing killings kills kilometer kilometers kilometre kilometres kimberley
kimberly kind kinda kinds kings kira kiran kissed kisses kissing kitten kitty klaus knicks knight knights
knocks knots know known knows koch kochi konrad konstantin korea korean kraft kramer kristen kristin
kristina kuala kumar kyle kylie label labeled labelled labor laborers labour labourers labs lace laced lacey
lack lacked lacking lacks lacy ladder laden lads lagos laid lair laird lake lakers lakes lama lamar lame
lamps lana lance land landed landfall landfill landing landon lands lane lanes lang langdon lange lanka
lankan lansing laos laps lara large larger lark larry larsen larson laser lasers lash lashed lashes lass
last lasted lasting lastly lasts latch late later lateral latin latino latitude latter latvia latvian laude
lauded laugh laughter launch launched launcher launches laura laurel lauren laurence laurent lava laval
lawful lawrence laws lawson lawyer lawyers layer layers laying layla layne lays layton leach lead leader
leaders leading leads leafs leah leak leaked leaking leaks lean leaned leaning leans leap leaped leaping
leaps leapt lear learn learned learning learns learnt leary lease leased leases leash leasing least leather
leave leaves leaving lecture lectured lecturer lectures ledge ledger leeds legal leger legged legion legions
lehigh leigh leith lemon lena lend lending length lengths lengthy lenin lennon lennox lenny lens lenses leon
leonard leonardo leone leopard lesions lesley less lesser lessons lest lester letter letting leung level
lever leverage levi levin levine lexi lexie liable liang libby libel liberal liberia libre libya libyan
licence license licensed licenses lick licked licking lied liege lies lifted lifting lifts light lighted
lighter lighting lightly lightning lights like liked likelihood likely likes liking lille lillian lilly lily
limb limbs limitation lina linda linden lindsay lindsey line linear lined linen liner lines ling linger
lingered lining link linked linking links lions lips lisa lissa list listed listen listened listener
listening lister listing lists liszt liter literacy literal literary lithuania lithuanian litre litter live
lived livelihood lively liver livery lives living livingston livingstone liza lizard lizards lloyd loaded
loading loads loan loaned loans lobby lobe lobes local locals lock locke locked locker locking locks locus
lodge lodged lodges lodging logan logged logging logos logs loire lois lombard lombardy london lone lonely
long longed longer longing looked looking looks loomed looming loop loops loose loosen looted looting lords
lore loren lose loser losers loses losing loss losses lots lottery lotus loud lough louie louis louisa
louise love loved lovely lover lovers loves loving lowe lowell lower lowered lowering lowers lowland lowry
loyal loyalist loyalty lublin luca lucan lucas luce lucha lucia lucian luciano lucie lucien luck lucky lucy
luis luisa lukas lumber lump luna lunar lunch lung lunged lured lush luton luzon lying lynch lyndon lynn
lynne lyons mabel macdonald macedonia macedonian mach macintosh mack mackay mackenzie maclean macleod
macmillan macon macro madam madame madden maddy made madeleine madeline madison madly madness mafia
magdalena magdalene mage magma magna magnum magnus maguire maha mahal mahmoud mahmud maia maiden maids mail
main maine mainland mainly mainz maison maitland maize major majors make maker makers makes making mala
malaga malay malaya malaysia malaysian male males mali malice malik mall malley malls malone malta mama mana
manage managed manager managers manages mandal mandated mandates mandy mane manga mango mani mania manifest
manifesto manila manly mann manned manner manners manning manny manor mans mansion manson manual manuel
manufacture manufactured manufacturer manufacturers manufactures many maori maple mapped mapping mara marc
marcel marcelo march marche marched marches marching marcia marco marcos marcus mare marek marge margin
margins mari maria marian mariana mariano marie marin marina marine mariners marines marino mario marion
maris marital marius mark marked marker markers market markets marking marko marks markus marley marlins
marlon marne maroon marred marriage marriages married marries marrow marry marrying mars marsh marshal
marshall marshes mart marta martha martial martian martin martina martini martins marty martyr marvel marvin
marxism marxist mary mascot masked masks mason mass massage masses massey massive master mastered masters
mastery mata match matched matches matching mate mated mateo mater material maternal mates math mathew
mathews mathias mating mats matteo matter mattered matters matthew matthews matthias mature maxi maxim
maximum maximus mayer mayo mayor mayors maze mccain mccann mcconnell mcdonald mcdonnell mcguire mcintosh
mckay mckenzie mclean mcleod mcmillan mead meade meal meals mean meaning means meant measured measures meat
meath mecca medal medalist medallist medals media medial median mediation medical medication medina
meditation meeting meets mega megan melinda melting melvin memory mendes mendez mental mercer mercy mere
merge merged merger merging merlin merry merton mess message messed messina messing messy meta metal metals
meteor meter meters metis metre metres metro mets meyer miami michael michel michele michelle mickey micro
microscope microscopy midday middle middleton middletown midst midway might mighty migrated migration mike
mikey milan milano mildly mile miles milk milky miller millie milling million millionaire millions mills
milne milos milton mimi mimic mina minas mind minded minds mine mined miner miners mines mingled mining
miniseries minister ministries minnie minor minors minus mira mirza miss missed misses missing mission
missions missy mist mistake mistaken mistakes mister mistress misty mitch mixed mixer mixes mixing mixture
moan moaned moaning moans mobility mocked mocking mode model modeled modeling modelled modelling models
modernism modernist modes modest mohamed mohammad mohammed mohan moines moist molded molly momma mommy
monarch monarchs monarchy monde money mongolia mongolian monkey monks mons monster mont montana montane
monte monterey monterrey month months monty mood moods moody moons moor moore moors moose mora moral morale
morales morality morally morals moran more morgan mori morley mormon morning morris morrow morse mortal
mortality mortally mortals mortar morton moses moss most mostly motel moth mother mothers moths motion
motions motor motors motto mound mounds mount mountain mountains mounted mounting mounts mourning mouse
mouth mouthful mouths move moved moves movie movies moving muddy mueller muhammad muller mumbled mummy mundo
munro munster mural murals murdered murderer muscled muscles muse mused musee museo music musica musical
musik muster mustered muted mutter muttered muzzle myles mystery myth myths nacional nadia naga nagar naia
nail nailed nails naive naked named names naming nancy nanny narrow narrowed narrower narrows nasa nasal
nasty natal natalia natalie nation national nationale nationalism nationalist nationals nations native
nature naval navarre navarro nave neal nearby neared nearer nearing nearly neatly necks need needed needing
needs needy negro neighbor neighborhood neighborhoods neighboring neighbors neighbour neighbourhood
neighbourhoods neighbouring neighbours neil neill neither nell nellie nelly nepal nepali nero nerve nerves
ness nesting nests nets netting neural neutral never neville newer newly newton newtown niccolo nice niche
nicholas nicholls nichols nick nicky nicola nicolas nicole niece nigel niger nigeria nigerian night nightly
nights nikola nikolai nikolay nils nina ninja nipple nixon nobel nobility noble nodes nods noel noise noises
noisy nominate nominated nomination nora norm norma normal normally norman norms norris norse norte north
norton nose nosed noses notable notably notation note noted notes nothin nothing notice noticeable
noticeably noticed notices noting notion notions notre nouns nova novak novel novice nuclear nudged nueva
nuevo number nuns nurse nurses nursing oasis oblast observe observed observer observers observes occupied
occupies oceania oceanic oder offence offences offended offender offense offenses office officer officers
offices oilers oils older oldest olds olga olive oliver olivia olivier ollie olsen olson olympia olympiad
olympian olympic omaha oman omega omitted once ones onion onions online onward opened opener opens operated
operates opined opposed opposes optic optical optimal option oral orange orchestra orchestral orchestras
order ordered ordering orders ordinance ordnance organ organisation organisations organise organised
organising organism organist organization organizations organize organized organizer organizers organizes
organizing oricon originated originates orion orson orthodox orthodoxy orton osborn osborne oscar oskar
osman other others otter otto ought ounce ours ourselves ousted outer outing outlet outlined outlines outs
outset outside outsider oven over overcame overcome overhead overheard overlook overnight overs overseas
oversee overseen oversees oversight overtook owed owen owens owes owing owls owned owner owning owns ozone
pablo pace paced paces pacing packaged packages packed packers packet packets packing packs padded paddle
paddy padma padua page pages paid paige pain pained pains paint painted painter painters painting paints
paired pairing pairs pakistan pakistani palace palaces palais pale paler palm palma palmer palms palo panda
pandit panel panted panties panting pantry pants paolo papa papal paper papua para paranoia paranoid parcel
parent parents paris parish park parked parker parking parks parma parole parrot parry parsons part parted
partial participated participates particle particles parties parting partisans partly partridge parts party
pasha passage passed passes passing passive past pasta paste pastor pastry pasture patch patches patel
patent patents paternal paterson path paths patient patients patio patrice patrick patrol patrols patron
patrons patsy patted patterson patti patting patton patty paul paula paulo pause paused pauses pausing paved
pavel paving pawn paxton paying payne pays payton peace peach peak peaked peaking peaks pear pearce pearl
pearls pearson peas peasant pedal pedersen peeked peeking peeled peeling peer peered peering peers peking
pena penal pendant pending peninsula peninsular penis penn pennant penned penny pens pension pensions perch
percy pere perez perfect performed performer permit perry persia persian person persona personal persons
perth petals pete peter peters petersen peterson petit petite petrol pets petty peyton phase phased phases
phelps philip philipp philippe philips phillies phillip phillips phone photo photograph photographed
photographer photographs photography photon photos phrase phrases piazza piccolo pick picked picket picking
picks pictured pictures piece pier pierce pierre piers pieter pike piled piles pill pillow pills pilot
pilots pinch pinched pine pines pinned pinning pins pinto pious pipe piper pipes pissed pistol pistols
piston pistons pitch pitched pitcher pitchers pitches pitted pius pizza place placed places placing plague
plaid plain plains plan planck plane planes planet planets plank planned planner planning plans plant
planted planting plants plaque plastic plata plate plates plato platt played player players playing plays
plaza plead pleaded pleading pleas pleasant please pleased pleasing pledge pledged plight plot plots plum
plume plump plunged plus plush pluto pocket pockets podium pods poems poets point pointe pointed pointer
pointing points poised poison poke poked poker poking poland polar pole poles police policeman policemen
policy polite polk polka poll polled pollen polling polls polly polo poly pomerania pomeranian ponce pond
ponder pondered ponds pont pool poole pools popped popping poppy pops porch port portage portal portals
porte ported porter portion porto ports pose posed poses posing posse possessed possesses possible possibly
postage postal posted poster posting posts posture potent potion pots potter pottery pouch pound pounded
pounder pounding pounds poured pouring powder powell power powered powers practiced practices practised
prague praise praised praises praising prank pratt pray prayed prayer prayers praying preach preached
preacher preaching precious precise predator predators predatory prefect prefer preference preferences
preferred preferring prefers prelate premier premiere premise premises prepared prepares present presented
presenter presenting presents preservation preserve preserved preserves presided presidency president
presidential presidents presiding press pressed presses pressing pressured pressures presumed pretty prevent
prevented preventing prevents preview previous price priced prices prick pride prima primal primate prime
prince princes print printed printer printers printing prints prior priory prison private privileged
privileges prize prized prizes probable probably probe probing process processed processes procession
processor processors produce produced producer producers produces product products prof profession professor
professors programme programmed programmer programmers programmes progressed progresses project projected
projectile projecting projection projections projective projects prom promise promised promises promo
promote promoted promoter promoters promotes promoting prompted prompting prone proof propelled propeller
properly property proposed proposes propped props prose protect protected protecting protection protections
protective protects protest protested protesting protests proto proton prove proved proven provence proves
provide provided provider providers provides province proving prowess proxy prussia prussian psalm psalms
psyche psycho published publisher publishers publishes puddle puebla pueblo pulled pulling pulls pulse
pulsed pulses pulsing pump pumped pumping pumps punch punched punches punjab punjabi punt punta puppy
purchased purchases purdue pure purely purge purse pursed pursue pursued push pushed pushes pushing putting
puzzle puzzled puzzles qatar quad quake quaker qualified qualifier qualify quality quan quarter quartet
queen queer quest quick quiet quilt quit quite quota quote quoted quotes quran rabbi rabbis rabbit rabbits
race raced racer racers races racial racing racism racist rack racks radial radical radio radios radius raft
rage raged ragged raging raid raided raider raiders raiding raids rail railing rails rain rained rainer
raining rains rainy raion raise raised raises raising rake raked rallied rallies rally rama rammed ramon
ramos ramps rams ramsay ramsey ranch rancho rand random randy rang range ranged ranger rangers ranges
ranging rank ranked rankin ranking ranks ransom raoul rape raped rapid rapids rarely rash rasped rate rated
rates rather rating ratio rational rations ratios rats rattle rattled rattling raul rave raven rayon reach
reached reacher reaches reaching react reacted reacting reactor read reader readers reading reads ready
reagan real realise realised realises realising realism realize realized realizes realizing really realm
reaper reapers reared reason reasonable reasonably reasoned reasons rebel rebuild rebuilt receive received
receiver receivers receives recent reception recession recognise recognised recognize recognized recognizes
recorded recorder recover recovery recreated rector rectory redding reddy reds reduce reduced reduces
reduction reece reed reefs reel reelected reelection reeling rees reese reeve refer reference referenced
references referred referring refers refined refining reflected reflection reformation reformed reformer
refuge refugee refuse refused refuses regain regained regaining regal regan regard regarded regards regent
reggae reggie region regions regression regulated regulates regulator regulators regulatory reich reign
reigned reigning reigns reilly rein reins rejected relate related relates relating relax relaxed relaxing
relay released releases relegation relics relied relief reliefs relies relieve relieved religions religious
rely remade remain remainder remained remaining remains remake remarkable remarkably reminded reminder
remixed remixes remote remove removed removes renal render rene renee renew rent rental rented rents
reorganisation reorganization repay repeal repealed repeat repeated replaced replaces replay replied replies
reply report reported reporter reports repression required requires rescued rescues researched researcher
researchers researches resembled resembles resented reservation reserve reserved reserves reset reside
resided residence residency resident residential residents resides residing residue residues resign
resignation resigned resigning resin resolution resolutions resolving resort resorts rest rested resting
restrain restraint rests resumed retail retain retained retaining retains retention retorted retreated retro
reuben reused reveal revealed revenge revenue revered reverend reversed reverted review reviewed reviewer
revised revived revolution revolutionary revolutions revolver revolves revolving reward rewarded rewards
reyes rhine rhino rhode rhone ribbons rica rican rice rich richer riches richest richie richter rick ricky
ridden riddle ride rider riders rides ridge ridges riding ridley rift rigged right rights rigorous riley
ring ringing ringo rings rink rios riots ripley ripped ripping ripple rippled rise risen rises rising risk
risking risks risky ritchie rite rites ritter river rivera rivers roach road roads roadway roaming roared
roaring roast roasted robbed robber robbers robbery robbie robe robert roberta roberto roberts robes robin
robot robots robson robyn rock rocked rocker rocket rockets rocking rocks rocky rode rodeo rodgers rodney
rods roger rogers rogue rohan roland roles roll rolled roller rolling rollins rolls roma roman romani
romania romanian romano romans rome romeo romero romney ronald ronan ronin ronnie roof roofed roofs rook
rookie room rooms rooney rooster root rooted roots ropes rosary rose rosen roses rosie ross rossi roster
rotary rotating rotation rotor rotten rotting rouen rouge rough round rounded rounding rounds rouse route
routed routes routine routing rover rovers rowan rowe rower rowing rowland rows roxy royal royale royalist
royals royalty royce rubbed rubber rubble ruben rubin ruby rude rugby rugged ruin ruined ruining ruins rule
ruled ruler rulers rules rumble rumbled rumbling rumor rumors rumours runaway runes runner runners running
runs runway rural ruse rush rushed rushes rushing russ russia russian russo rust rusty ruth rwanda ryan
ryder sabah saber sabha sabine sable sabre sachs sack sacked sacks sacrament sacramento sacred sacrificed
sacrifices saddle sadler sadly sadness saetan safe safely safer safety sage sagged sahara saharan sail
sailed sailing sailor sails saint sainte saints sake sale salem sales salford salim saline salle sally
salman salmon salon saloon salt salts salty salvage samba same sami sammy samoa sample sampled samples
sampson samson sand sandals sanders sands sandy sane sanford sang sanity sans sant santa santo sara sarah
sargent sash sasha satan satin sato saudi saunders savage savanna savannah save saved saves saving sawyer
saxon saxons saxony saying says scala scale scaled scales scaling scalp scandals scandinavia scandinavian
scanned scanner scanning scans scar scarce scare scared scares scarf scarlet scarlett scarred scars scary
scattered scattering scene scenes scent scents scheduled schedules schwartz schwarz scoop scooped scooted
scope score scored scorer scores scoring scots scott scout scouting scouts scrap scrape scraped scrapped
scratched scratches scream screamed screaming screams screw scroll scrub scuba seal sealed sealing seals
seam seaman seamen sean searched searches searing sears seas season seasoned seasons seat seated seater
seating seats seattle sebastian sebastien secession sector sectors sedan seduce seduction seed seeded seeds
seeing seek seeking seeks seemed seeming seems seen sees seine seize seized select selected selection
selections selector selects selena self sell seller selling sells seminal seminar seminars seminary send
sending sends senior seniors sense sensed senses sensing sensor sensors sensory sent sentenced sentences
seoul separated separates sept sera serbia serbian serbs serena serene serge sergei sergey serial serie
series serra serve served server servers serves serviced services seton sets setting settle settled settler
settlers settles settling seven sevens seventh seventy severe severed severn sevilla seville sewer sewing
sexes shack shade shaded shades shadow shadows shadowy shady shaft shafts shake shaken shakes shaking shaky
shale shall shallow sham shaman shame shan shane shang shape shaped shapes shaping shards share shared
shares sharing shark sharks sharma sharp sharpe shatter shattered shattering shaun shave shaved shaw shawn
shay shea shear sheath sheds sheen sheep sheer sheet sheets shelby sheldon shelf shell shelley shells shelly
shelton shen sheng shepard sheppard sherman sherry shia shift shifted shifter shifts shin shine shiny
shipped shipping ships shire shirt shirts shit shiva shock shocked shocks shoe shoes shone shook shoot
shooter shooting shoots shopping shops shore shores short shorter shorts shot shots should shouldn shout
shouting shouts shove shoved shovel shoving show showcased showcases showed shower showing shown shows
shriek shrill shrine shrink shrub shrubs shrug shrugs shut shutter siberia siberian sick side sided sides
siding sidney siege siegel siena sienna sierra sigh sighed sighing sighs sight sighted sighting sights sigma
signaling signalling signed signing signs sikhs silesia silesian silk silky silly silva silver silvery
silvia silvio sima simeon simmons simon simone simple simpler simply simpson simulate simulated simulation
since sindh sing singer singers singh singing single singled singles sings sinister sink sinking sinks sins
sipped sipping sire sired siren sister site sited sites sits sitting sixth sixty size sized sizes skate
skater skating skier skies skill skilled skills skinned skinner skins skipped skipper skipping skirt skirts
skull skulls skyla skylar slabs slack slacks slade slain slam slams slang slant slapped slapping slash
slashed slate slated slater slaughter slave slaves slayer sleek sleep sleeping sleeps sleepy slept slice
sliced slices slicing slick slid slide slides sliding slight slightly slim sling slipped slipping slips slit
slits sloan sloane slogan sloop slope sloping sloppy slots slovenia slovenian slowed slower slowing slug
slump slung smack smacked small smart smarter smash smashed smell smelled smelling smells smile smiled
smiles smiley smiling smith smoke smoky smoothing smyth snack snacks snail snails snake snakes snapped
snapping snarl sneak sneakers sneaking sneered sniff snoop snort snorted snout snow snowy snuck soaked
soaking soared soaring sobbed sober socialism socialist societe society sock socket sockets socks sodium
sofa sofia sofie soil soils solar sold sole solid solve somali somalia somber some somethin something somme
sonar songs sonia sonic sonny sons sony sonya soon soothing sophia sophie sore sorrow sorry sort sorted
sorting sorts sought soul souls sound sounded sounding sounds sourced sources sous sousa south souza space
spaced spaces spade spain span spanned spanning spans spare spared spark sparked sparkled sparks sparse
sparta spartak spartan spawn spawned spawning speak speakers speaking speaks spear spears specialised
specialising specialized specializes specializing specially specialty specified specifies spectra spectral
sped speed speeding speeds speedy spell spelled spelling spells spence spencer spend spending spends spent
spice spices spicy spies spike spiked spikes spill spilled spilling spin spinal spine spines spinning spins
spiral spire spit spite spitting splash splashed splinter split splits splitting spoil spoke spoken spoon
spores sport sporting sports spot spots spotting sprang spray sprayed spraying spring springer springs
sprint sprinted sprinter sprung spying squad square squared squares squat squid squire stable stables stacey
stack stacked stacks stacy stade stadion staff staffed stafford stage staged stages staging stain stained
stains stair stairs stake stakes stale stalin stalk stalked stalker stalking stalks stall stalled stalls
stamford stamp stamped stampede stamps stan stand stands stanford staple staples star stare stared stares
staring stark starr starred starring stars start started starter starting startled startling starts starved
starving stat state stated staten states stating station stats statue statues stature status statute
statutes stay stayed staying stays steak steal stealing steals steam steamed steamer steaming steel steele
steep steer steered stefan stefano stein stella stellar stem stemmed stemming stems step stephan stephane
stephanie stephen stepped stepping steps sterling stern steve steven stevens stevie steward stewart stick
sticking sticks sticky stiff stifled stigma stil still stilled stills stimulate stimulated stimulation sting
stinging stink stint stipulated stir stirling stirred stirring stitch stitches stock stocked stocks stoke
stokes stole stolen stomped stone stones stony stood stool stopped stopping stops store stored stores storey
stories storing storm stormed storms stormy story stout stove strain strained straining strains strait
straits strand strands strange stranger strap strapped straps straw stray streak streaked streaks stream
streamed streaming streams stressed stresses stretched stretches stride strides strife strike striker
strikers strikes striking string strings strip stripe striped stripes stripped strips strive strode stroke
stroked strokes stroking stroll strong stronger struck structured structures struggled struggles strung
stryker stuart stubble stuck stud studied studies studios study stuff stuffed stumble stumbled stumbling
stump stung stunt sturdy style styled styles suarez submit subset substituted substitutes subtle subtly suck
sucked sucker sucking sucks sudan suffer suit suite suited suites suits summer summit summons sumner sung
sunni sunny sunset super superb supervisor supervisors supervisory supper supplied supplier suppliers
supplies supported supporter sure surely surfaced surfaces surfer surge surged suriname surname surprised
surprises surrey survey survived survives susan susanna susannah suspicions suspicious sutton sven swallow
swam swami swamp swamps swans swap swapped swarm swat swayed swaying swear swearing sweat sweater sweating
sweaty sweep sweeping sweeps sweet sweets swell swelled swelling swept swift swing swinging swings swiped
swirling switch switched switches switching sword swords swore sworn swung sydney sylvia sylvie synthesized
synthesizer syria syriac syrian table tables tablet tablets tack tackled tackles tagged tail tailed tailor
tails tainted take taken takes taking tale tales talk talked talking talks tall taller tally talon taluk
taluka tamara tamil tammy tang tangle tangled tango tank tanker tanks tanned tanner tanya taped tapes tapped
tapping taps tasha tasked tasks tasmania tasmanian taste tasted tastes tasting tata tatar tate taught
taunting tavern taxes taxis taxon taylor teach teacher teachers teaches teaching team teamed teaming teams
tearing tears tease teased teaser teasing tech teddy teenage teenager teens teeth teller telling tells tempo
temps tend tended tender tending tends tennis tenor tens tense tensed tension tensions tensor tent tenth
tents teresa termed terminated terminates terms terra terre terri terrible terribly terror terrorism
terrorist terry tesla tess tessa tested testing tests texans texas texted texts thames than thank thanking
thanks theater theaters theatre theatres thee their theirs them theme themed themes thence theodor theodore
there thereby theresa therese these thick thief thigh thighs thin thing things think thinking thinks thirst
thirsty thirty thistle thomas thompson thomson thong thor thorn thorne thorns thorough thorpe those though
thought thrash thread threads threat threats three threw thrill thrilled thriller throat throne through
throw thrown throws thrust thrusting thrusts thugs thumb thump thus tian tick ticked ticket tickets ticking
tidal tides tied tier ties tiger tight tighten tighter tightly tile tiled tiles till tilted timber time
timed timer times timing timmy timor ting tinged tingle tinted tipped tipping tips tired tires tissue
tissues titan title titled titles tits titus toast tobin toes token toll tomas tombs tommy tone toned tones
tong tonga toni tonic tonnes tons tony tool tools tooth topic topical topped topping toppled tops torah
torch torches tore torn toro torre torso tory touch touched touches tough toured touring tourism tourist
tours toward towed towel towels tower towering towers towing towns toxic toxin trace traced traces tracey
tracing track tracked tracker tracking tracks tract traction tractor tracts tracy trade traded trader
traders trades trading trail trailed trailer trailers trailing trails train trained trainee trainer trainers
training trains trait traitor traits trams tran trance trans transit translated translates translit transmit
transmitted transmitter trap trapped trapping traps trash travel traveled traveler travelers traveling
travelled traveller travellers travelling travels travers traverse tray tread treason treasure treasurer
treasures treasury treat treated treaties treating treatise treats treaty tree trees tremor trench trend
trends trent tres trevor triad trial trials tribal tribe tribes tribune tribute trick tricked tricks tricky
tried trier tries trip tripped trips troll trolls tropical troubled troubles trough truce truck trucks true
trump trunk trunks truss trust trusted trustee trusting trusts truth trying tubes tuck tucked tucker tucking
tudor tugged tugging tugs tully tumble tumbled tumbling tumor tumors tuned tunes tung tunic tuning tunis
tunisia tunisian tunnel turin turing turks turn turned turner turning turns tutor twain tweed twigs twin
twins twitch twitched twitching tying typed types typical typing tyres tyrone umar umpire unable unarmed
unclear uncomfortable uncomfortably undertake undertaken undertaker undo unease uneasy unfit unharmed union
unions unison unit unite units unity universite university unsure untitled updated updates upgraded upgrades
upheld uphold upon upper upton uptown urban urbana urge urged urgent urges usable usage used user users uses
usher using utilized utilizes uttar utter uttered vague vale valentin valentine valerie valet valiant valle
valley valor valuation value valued values valve valves vamps vance vane vanish vanished vanity vans vantage
vapor variant varied varies vastly vaughan vaughn vault vaults vector vectors veins venezuela venezuelan
vent ventral vents ventura venture ventured ventures venue venues venus vera verbal verbs verde verdi verge
verify verity versa verse verses versus vertex verve very vested viable vial vice vichy vicki vicky victor
victoria victorian victory vida vidal vienna viewed viewer vigor vigorous viking viktor vila vile villa
villagers villages ville vimes vince vinci vine vines vinnie vintage viola violent violet viper viral virgil
virgin visa viscount visible visibly vista vita vital vito vitro vocal vocals vogel vogue voice voiced
voices void volga volley volta vortex vote voted voter voters votes voting vowed vowel vowels voyage voyager
voyages vulture wages wagner waist wait waited waiter waiting waits waived wake wakes waking walden waldo
wales walked walker walkers walking walks wall walled waller wallet wallis walls wally walsh walt walter
walters walton waltz wand wanda wander wandered wandering wanna wanted wanting wants ward warden wards ware
warily warm warmed warmer warming warmly warned warner warning warnings warns warped warren warring
warrington wars warship wary wash washed washing wasps waste wasted wasting watch watched watches watching
water watering waters watery watkins watt watts wave waved waves waving wayne weaken weaker weakly wealth
wealthy wear wearing wears weary weather weave weaver weaving webber weber wedding wedge weed weeds weekly
weeks weep weeping weigh weighed weighs weight weighted weights welch welding well welles wellington wells
welsh wendy wept were weren werner wesley wessex whale whales what wheat wheel wheeled wheeler wheels
whenever where whereby wherever while whimper whimpered whipped whipping whiskey whisky whisper whispered
whistle white whites whitley whitney whole wholly whore whose wicked wicket wickets wide widen wider widow
widows width wielding wien wiener wiggled wight wild wilde wilder wildly wiley will willed willem willie
willing willis willow wills willy wilson wilton wince winced wind winding window windows winds windy wine
wines wing winged winger wings winked winner winners winnie winning wins winter winters wiped wiping wired
wires wiring wished wishes wishing witch witches with withdraw withdrawn withdrew witness witnessed
witnesses wits witty wives wizard wizards woke woken wolf wolfe wolff woman women wonder wondered wondering
wong wood wooded wooden woods woody wool woolf word words wore worked worker works world worlds worms worn
worried worries worry worse worship worst worth worthy would wouldn wound wounded wounding wounds woven
wrapped wrapping wraps wrath wreath wren wrenched wrestle wrestled wrestler wright wrist writ write writer
writers writes writhing writing written wrong wrote wrought wryly wyatt wylie xander xavier xiang yanked
yankee yanking yards yates yawned yearly yearning years yeast yelling yellow yells yield yielded yielding
yields ying yong yorker young yours yourselves youth youthful youths zambia zebra zhang zheng zone zones
`);
